"""The metrics that the process writes."""

import contextlib
import json
import math
import os
import threading
import time

from ..sizes import READ

HISTORY = 4096
"""Moments that are remembered; beyond them every second one of the older half is forgotten."""


class Metrics:
    """Follows the JSON lines that the process appends to TRAINCTL_METRICS.

    The bytes are copied to a file of our own, from which segments are uploaded: should the process truncate its file,
    what is in S3 stays right.
    """

    def __init__(self, source, copy):
        self.source, self.fd = source, os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.offset, self.size, self.rest = 0, 0, b""
        self.step, self.values, self.lock = None, {}, threading.Lock()
        # The first step of all: where the training really went on.
        self.first = None
        # (epoch seconds, step), oldest first: from then on the training was at that step. The moment is that of the
        # file's last write, so it can be compared with the times of other files of this host.
        self.history = []

    def pump(self):
        with self.lock, contextlib.suppress(OSError), open(self.source, "rb") as file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset, self.rest = 0, b""
            file.seek(self.offset)
            while True:
                piece = file.read(READ)
                if not piece:
                    break
                os.write(self.fd, piece)
                self.offset, self.size = self.offset + len(piece), self.size + len(piece)
                *lines, self.rest = (self.rest + piece).split(b"\n")
                self.rest = self.rest[-65536:]
                for line in lines:
                    self.read(line)
            self.remember(os.fstat(file.fileno()).st_mtime)

    def remember(self, moment):
        """One entry a look at most, when the step is another than before."""
        history = self.history
        if self.step is None or (history and history[-1][1] == self.step):
            return
        history.append((max(moment, history[-1][0]) if history else moment, self.step))
        if len(history) > HISTORY:
            del history[: HISTORY // 2 : 2]

    def finish(self):
        """The last line may lack its newline."""
        self.pump()
        with self.lock:
            self.read(self.rest)
            self.rest = b""
            self.remember(time.time())

    def read(self, line):
        """Numbers are kept by name, at most 64 names; what is no JSON object is left alone."""
        try:
            document = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            return
        for name, value in document.items() if isinstance(document, dict) else ():
            if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > 1e300:
                continue
            if name == "step":
                if 0 <= value < 10**12:
                    self.step = int(value)
                    if self.first is None:
                        self.first = self.step
            elif len(name) <= 64 and (name in self.values or len(self.values) < 64):
                self.values[name] = value
