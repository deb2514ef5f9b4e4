"""A terminal for tools that show their progress on one alone, and what of it a log can hold."""

import fcntl
import os
import re
import struct
import termios

COLUMNS = 120
EVERY = 0.5
"""Seconds between two states of a line that is drawn again and again: pip and uv draw twenty times a second."""

DRAWN_AGAIN = re.compile(rb"(?:\r|\x1b\[[0-9;]*[ABEFGHJK])+")
ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
CUT = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?\Z")
TO_THE_END = re.compile(rb"(?:\x1b\[0?[JK])+\Z")


def open_terminal():
    """(our end, the tool's); None where the system has no more of them."""
    try:
        ours, theirs = os.openpty()
    except OSError:
        return None
    settings = termios.tcgetattr(theirs)
    settings[1] &= ~termios.OPOST  # a newline is a newline
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    return ours, theirs


def read_terminal(fd):
    """What has been written by now; empty at the end."""
    try:
        return os.read(fd, 65536)
    except OSError:
        # Linux's way to say that nobody has the other end any more.
        return b""


class Drawn:
    """Makes lines of what is drawn. Each state of a line that is drawn again begins with a carriage return; colours,
    moves of the cursor, and the states that nobody would have seen go."""

    def __init__(self):
        self.held = self.line = self.last = b""
        self.told, self.due = False, 0.0

    def feed(self, piece, now):
        """What of it is to be kept by now; `now` is in seconds."""
        data = self.held + piece
        cut = CUT.search(data)
        self.held = data[cut.start() :] if cut else b""
        data = DRAWN_AGAIN.sub(again, data[: cut.start()] if cut else data).replace(b"\r\n", b"\n")
        parts = re.split(rb"([\r\n])", self.line + ESCAPE.sub(b"", data))
        out = [self.ended(text, end, now) for text, end in zip(parts[::2], parts[1::2])]
        self.line = parts[-1]
        return b"".join(out) + self.state(self.line, now)

    def ended(self, text, end, now):
        if end == b"\r":
            return self.state(text, now)
        line = text if text.strip() or not self.last else self.last
        started, self.told, self.last = b"\r" if self.told else b"", False, b""
        return started + line + b"\n"

    def state(self, text, now):
        if not text.strip():
            return b""
        text = re.sub(rb"(?<=\S) {3,}", b"  ", text.rstrip())
        if text == self.last and self.told:
            return b""
        self.last = text
        if now < self.due:
            return b""
        self.told, self.due = True, now + EVERY
        return b"\r" + text

    def rest(self):
        """The unfinished line, when nothing more comes."""
        line = self.line if self.line.strip() else self.last
        return (b"\r" if self.told else b"") + line if line else b""


def again(found):
    """What is erased to the end of its line, after a text, takes nothing of the text away."""
    return b"" if TO_THE_END.fullmatch(found.group()) else b"\r"


def as_shown(text):
    """A text as a terminal would show it in the end: of each line its last state."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text.replace("\r\n", "\n"))
    return "\n".join(next((s for s in reversed(line.split("\r")) if s.strip()), "") for line in text.split("\n"))
