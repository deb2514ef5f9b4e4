"""What goes wrong."""


class AgentError(Exception):
    """An error with one of the stable codes of contract/host/agent.ts."""

    def __init__(self, code, message, tail=None):
        super().__init__(message)
        self.code, self.message, self.tail = code, message, tail


class Changed(Exception):
    """A file changed while it was read: what was read is not one state of it. `paths` names those that are known."""

    def __init__(self, message, paths=()):
        super().__init__(message)
        self.paths = tuple(paths)


class Interrupted(BaseException):
    """The verb's connection is gone, or the host ends it. No handler of network errors may take it for one."""


class Aborted(Exception):
    """Work that something more urgent has made useless."""


def describe(error):
    return str(error) or type(error).__name__
