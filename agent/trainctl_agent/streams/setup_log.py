"""The log of a set-up: what the tools of an installation write."""

import contextlib
import os
import threading
import time

from ..errors import Changed, describe
from ..notes import note
from ..threads import background, every
from ..transfers.errors import Refused, Transient
from ..transfers.uploads import Uploads
from .mask import Mask
from .segments import Segments

LAST_SECONDS = 15
"""For the last bytes: an installation that has ended does not wait longer for S3."""


class SetupLog:
    """Keeps it in a file, and sends it to S3 while it grows, without the values of secrets. Nothing that goes wrong
    here is a reason to end an installation."""

    def __init__(self, directory, hidden, grants):
        """`hidden`: {name: value} of what it may not hold; without `grants` it stays on the host."""
        self.path = os.path.join(directory, "setup.log")
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.size, self.mask = os.fstat(self.fd).st_size, Mask(hidden)
        self.segments = Segments(Uploads(grants), "setup", self.path) if grants else None
        self.over, self.lock = threading.Event(), threading.Lock()

    def __enter__(self):
        if self.segments:
            background(lambda: every(1.0, lambda: self.ship(time.time() + 10), self.over), "setup log")
        return self

    def __exit__(self, kind, _error, _trace):
        self.keep(self.mask.rest())
        self.over.set()
        # A verb that was told to end has nobody to read it.
        if self.segments and (kind is None or issubclass(kind, Exception)):
            with contextlib.suppress(Transient, Refused, Changed, OSError):
                self.ship(time.time() + LAST_SECONDS)
        os.close(self.fd)

    def say(self, line):
        """A line of our own."""
        self.add(line.encode("utf-8", "replace") + b"\n")

    def add(self, piece):
        self.keep(self.mask.feed(piece))

    def keep(self, data):
        try:
            while data:
                written = os.write(self.fd, data)
                data, self.size = data[written:], self.size + written
        except OSError as error:
            note("setup log: %s" % describe(error))

    def ship(self, until):
        with self.lock:
            self.segments.ship(self.size, lambda: until)
