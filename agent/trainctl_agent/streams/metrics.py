"""The metrics that the process writes."""

import contextlib
import json
import math
import os
import threading
import time

from ..sizes import READ
from .not_finite import NotFinite
from .pace import outlook
from .rows import LONGEST, Unreadable, flat, number, row_of, step_of, worst
from .thin import Thin, some

HISTORY = 4096
"""Moments that are remembered; beyond them every second one of the older half is forgotten."""

NAMES, NAME, NAMES_BYTES = 64, 128, 4096
"""Metrics that are told, characters of a name, and bytes that all names may take as JSON: they travel with each beat
and, once, through a workflow's history. All that was written is in S3."""

PUMP_SECONDS = 0.5
"""How long one look at new lines may take: figures, beats and checkpoints wait for it."""

TOTALS = ("steps", "total_steps", "max_steps")
"""Names under which trainings say how many steps they have, in the order in which they are believed."""


class Metrics:
    """Follows the JSON lines that the process appends to TRAINCTL_METRICS.

    The bytes are copied to a file of our own, from which segments are uploaded: should the process truncate its file,
    what is in S3 stays right.
    """

    def __init__(self, source, copy, total=None, resumed_from=None):
        self.source, self.fd = source, os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.offset, self.size, self.rest, self.line = 0, 0, b"", 0
        # `values` are as JSON can have them: a NaN is the text NaN.
        self.step, self.values, self.lock = None, {}, threading.Lock()
        self.room, self.total, self.resumed_from = NAMES_BYTES, total, resumed_from
        self.not_finite, self.unreadable = NotFinite(), None
        # The first step of all: where the training really went on.
        self.first = None
        # Steps from one report to the next; 0 when they come now in one distance and now in another. And the most.
        self.gap, self.widest = None, 0
        # Lines that were not looked into, and whether some were passed over since the last step.
        self.thin, self.passed_over, self.jumped = Thin(), 0, False
        # They have begun anew, as those of an epoch do: a number says no more how far the training is.
        self.anew = False
        # (epoch seconds, step), oldest first: from then on the training was at that step. The moment is that of the
        # file's last write, so it can be compared with the times of other files of this host.
        self.history = []

    def pump(self, seconds=PUMP_SECONDS):
        """Answers whether it came to the end of the file: whoever waits for the figures is not kept waiting."""
        until, ended = time.monotonic() + seconds, True
        with self.lock, contextlib.suppress(OSError), open(self.source, "rb") as file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset, self.rest, self.line = 0, b"", 0
            file.seek(self.offset)
            while True:
                piece = file.read(READ)
                if not piece:
                    break
                os.write(self.fd, piece)
                self.offset, self.size = self.offset + len(piece), self.size + len(piece)
                self.look_into(self.rest + piece)
                if time.monotonic() >= until:
                    ended = False
                    break
            self.remember(os.fstat(file.fileno()).st_mtime)
        return ended

    def look_into(self, data):
        count, end = data.count(b"\n"), data.rfind(b"\n")
        # Enough of a line that is too long to know it as one.
        self.rest = data[end + 1 :][: LONGEST + 1]
        if self.thin.takes(count):
            for line in data[: end + 1].split(b"\n")[:-1]:
                self.read(line)
            return
        before, looked = self.line, 0
        for place, line in some(data, end, first=self.step is None):
            self.line, self.jumped, looked = before + place - 1, True, looked + 1
            self.read(line)
        self.line, self.jumped = before + count, True
        self.passed_over += count - looked

    def remember(self, moment):
        """One entry a look at most, when the step is another than before."""
        history = self.history
        if self.step is None or (history and history[-1][1] == self.step):
            return
        history.append((max(moment, history[-1][0]) if history else moment, self.step))
        if len(history) > HISTORY:
            del history[: HISTORY // 2 : 2]

    def finish(self, until=math.inf):
        """Reads to the end, at most until then (epoch seconds): the last line may lack its newline."""
        while not self.pump():
            if time.time() >= until:
                return
        with self.lock:
            self.read(self.rest, cut=True)
            self.rest = b""
            self.remember(time.time())

    def read(self, line, cut=False):
        """What cannot be read is counted; of the first it is remembered where it was and why. `cut`: the process ended
        before the line did."""
        self.line += 1
        if not line.strip():
            return
        try:
            if len(line) > LONGEST:
                raise Unreadable("it is longer than 1 MiB")
            self.take(row_of(line))
        except Unreadable as error:
            why = "it is cut off" if cut else str(error)
            known = self.unreadable or {"lines": 0, "firstLine": self.line, "why": why}
            self.unreadable = dict(known, lines=known["lines"] + 1)

    def take(self, row):
        fault = None
        try:
            step = step_of(row)
            if None not in (step, self.step) and step > self.step:
                if not self.jumped:
                    self.gap = step - self.step if self.gap in (None, step - self.step) else 0
                    self.widest = max(self.widest, step - self.step)
            elif None not in (step, self.step) and step <= self.first < self.step:
                self.anew = True
            self.step, self.jumped = (self.step, self.jumped) if step is None else (step, False)
            self.first = self.step if self.first is None else self.first
        except Unreadable as error:
            fault = error
        for name, value in flat(row):
            shown = None if name == "step" else number(value)
            if shown is not None:
                self.not_finite.see(name[:NAME], shown, self.step, self.line)
                self.keep(name, shown)
            elif worst(value) is not None:
                # It is not shown item by item.
                self.not_finite.see(name[:NAME], worst(value), self.step, self.line)
            elif value is None:
                self.values.pop(name, None)
        if fault:
            raise fault

    def keep(self, name, shown):
        if name not in self.values:
            takes = len(json.dumps(name))
            if len(self.values) >= NAMES or len(name) > NAME or takes > self.room:
                return
            self.room -= takes
        self.values[name] = shown

    def outlook(self, now):
        """How many steps there are in all and when the last will be done, as far as that is known."""
        with self.lock:
            said = [self.values[name] for name in TOTALS if name in self.values]
            total = next((value for value in said if not isinstance(value, str) and value >= 1), self.total)
            known = outlook(self.history, total if total is None else int(total), now)
            return known if self.says_how_far() else {name: known[name] for name in known if name == "steps"}

    def says_how_far(self):
        """Whether a number is that of a step of the training: they have not begun anew, neither while it ran (those of
        an epoch) nor with a process that was to go on from a later one."""
        below = None not in (self.first, self.resumed_from) and self.first < self.resumed_from
        return not self.anew and not (below and self.first <= 2 * max(1, self.widest))
