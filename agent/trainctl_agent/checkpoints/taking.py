"""When checkpoints are taken: periodically, when asked for, and at the end."""

import math
import os
import threading
import time

from ..errors import Aborted, Changed
from ..notes import note
from ..paths import inside
from .look import empty, look
from .pack import Packer
from .report import report, report_failure
from .settle import settle


class Checkpoints:
    """The checkpoints of the training process, in a thread of their own."""

    def __init__(self, directory, request, shared, uploads, telling):
        self.shared, self.telling, spec = shared, telling, request["checkpoints"]
        self.name, self.root = spec["dir"], inside(os.path.join(directory, "code"), spec["dir"], "checkpoints.dir")
        self.every = spec.get("everySeconds") or 0
        self.signal = telling.signal
        self.resumed = request.get("resumedFromStep")
        self.lock, self.asked, self.stopping = threading.Lock(), threading.Event(), threading.Event()
        self.last, self.gone = {}, False
        self.packer = Packer(directory, self.root, request, shared, uploads, self.aborted)

    def open(self):
        """What was restored is in S3 already."""
        os.makedirs(self.root, exist_ok=True)
        if self.resumed is not None:
            self.last = self.look() or {}

    def look(self):
        return look(self.root)

    def run(self):
        """The thread for periodic checkpoints and those asked for."""
        due = time.monotonic() + (self.every or math.inf)
        while not self.stopping.is_set():
            asked = self.asked.wait(max(0.05, min(1.0, due - time.monotonic())))
            if self.stopping.is_set():
                return
            if not asked and time.monotonic() < due:
                continue
            self.asked.clear()
            try:
                self.take("asked" if asked else "periodic")
            except Aborted:
                return
            except Exception as error:
                report_failure(self.shared, error)
            finally:
                self.telling.over()
            due = time.monotonic() + (self.every or math.inf)

    def take(self, why):
        if why == "asked":
            self.telling.save(self.look, self.pause)
        with self.lock:
            for _ in range(5):
                seen = settle(self.root, self.pause, max(120.0, self.every))
                if why == "asked" and empty(seen):
                    raise OSError("there is nothing in %s yet" % self.name)
                if seen == self.last or empty(seen):
                    if why == "asked" and self.shared.checkpoint:
                        report(self.shared, dict(self.shared.checkpoint, why=why))
                    return None
                try:
                    return self.pack(seen, why)
                except Changed as error:
                    note("checkpoint: %s, again" % error)
            raise OSError("the directory changed while it was packed, five times")

    def pack(self, seen, why):
        checkpoint = self.packer.pack(seen, why)
        self.last = seen
        report(self.shared, checkpoint)

    def pause(self, seconds):
        if self.stopping.wait(seconds):
            raise Aborted()

    def process_over(self, deadline):
        """Only the last one is to come, and by that deadline."""
        self.stopping.set()
        self.packer.last_uploads = deadline

    def last_one(self, why):
        """The checkpoint at the end. The process is gone, so there is nothing to wait for."""
        self.stopping.set()
        with self.lock:
            self.gone = True
            for attempt in range(3):
                seen = self.look()
                if seen is None:
                    time.sleep(0.2)
                    continue
                if seen == self.last or empty(seen):
                    return None
                try:
                    return self.pack(seen, why)
                except Changed as error:
                    note("last checkpoint, try %d: %s" % (attempt + 1, error))
            raise OSError("the directory kept changing after the process had ended")

    def aborted(self):
        """A periodic checkpoint gives way to the last one, which reuses the parts that are up."""
        return self.stopping.is_set() and not self.gone
