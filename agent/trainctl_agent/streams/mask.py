"""The values of secrets, taken out of a stream of bytes."""

import re

LEAST = 6
"""Bytes. A shorter value is left: as a word it stands everywhere, and whoever sees where it is missing can guess it."""


class Mask:
    """Replaces the values of secrets in what comes piece by piece, also where a value is cut in two.

    A value is known as it is, without blanks at its ends, and, when it has several lines (a private key), by each of
    them. What may be the beginning of one is held back until the next piece shows what it is, or `rest` is asked
    for."""

    def __init__(self, secrets):
        self.words = {}
        for name, value in sorted((secrets or {}).items()):
            for form in [value, value.strip()] + [line.strip() for line in value.split("\n")]:
                data = form.encode("utf-8", "surrogateescape")
                if len(data) >= LEAST:
                    self.words.setdefault(data, b"[secret %s]" % name.encode("ascii", "replace"))
        # Of two that begin at one place the longer one is meant.
        self.forms = sorted(self.words, key=lambda form: (-len(form), form))
        self.longest = len(self.forms[0]) if self.forms else 0
        self.pattern = re.compile(b"|".join(map(re.escape, self.forms)))
        self.firsts = (
            re.compile(b"[" + b"".join(re.escape(form[:1]) for form in self.forms) + b"]") if self.forms else None
        )
        self.held = b""

    def feed(self, piece):
        """What of the stream is known by now to be part of no value."""
        if not self.forms:
            return piece
        data, out, start = self.held + piece, [], 0
        while True:
            found = self.pattern.search(data, start)
            if not found or found.end() > len(data) - self.longest:
                # A value that begins earlier, or there and is longer, may end in a piece to come.
                until = self.open_from(data, start)
                if not found or found.start() >= until:
                    self.held = data[until:]
                    return b"".join(out) + data[start:until]
            out += [data[start : found.start()], self.words[found.group()]]
            start = found.end()

    def rest(self):
        """What was held back; when nothing more comes."""
        held, self.held = self.held, b""
        return self.pattern.sub(lambda found: self.words[found.group()], held) if held else b""

    def open_from(self, data, start):
        """From where on `data` may be the beginning of a value: its length when nowhere."""
        at = max(start, len(data) - self.longest + 1)
        while True:
            found = self.firsts.search(data, at)
            if not found:
                return len(data)
            at = found.start()
            if any(len(form) > len(data) - at and form.startswith(data[at:]) for form in self.forms):
                return at
            at += 1
