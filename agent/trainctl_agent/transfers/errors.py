"""How a request may fail."""


class Transient(Exception):
    """Worth repeating: the network, or a server that asks for patience."""


class Refused(Exception):
    """An answer that a repeat will not change."""

    def __init__(self, status, code, message):
        super().__init__("%s %s%s" % (status, code or "refused", ": " + message if message else ""))
        self.status, self.code, self.expired = status, code, "expired" in (message + code).lower()
