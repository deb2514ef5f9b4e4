"""A stream without the values of secrets."""

import re

from ..training.last_lines import redact


class Masked:
    """Takes the values of secrets out of bytes that come in pieces, however they are cut."""

    def __init__(self, secrets):
        self.secrets = secrets or {}
        forms = {form for value in self.secrets.values() for form in (value, value.strip()) if len(form) >= 4}
        self.forms = sorted((form.encode("utf-8", "surrogateescape") for form in forms), key=len, reverse=True)
        self.whole, self.rest = re.compile(b"|".join(re.escape(form) for form in self.forms)), b""

    def add(self, piece):
        """What can be passed on now; the beginning of what may become a secret is kept back."""
        if not self.forms:
            return piece
        data = self.rest + piece
        start, end = -1, 0
        for found in self.whole.finditer(data):
            start, end = found.span()
        # Within a whole one nothing begins, but a longer one may begin where it does.
        begins = [start] if start >= 0 else []
        begins += range(max(end, len(data) - len(self.forms[0]) + 1), len(data))
        keep = next((at for at in begins if self.may_become(data[at:])), len(data))
        self.rest = data[keep:]
        return self.clean(data[:keep])

    def may_become(self, tail):
        return any(len(form) > len(tail) and form.startswith(tail) for form in self.forms)

    def end(self):
        rest, self.rest = self.rest, b""
        return self.clean(rest)

    def clean(self, data):
        if not self.forms:
            return data
        return redact(data.decode("utf-8", "surrogateescape"), self.secrets).encode("utf-8", "surrogateescape")
