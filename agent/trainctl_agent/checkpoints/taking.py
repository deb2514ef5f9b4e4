"""When checkpoints are taken: periodically, when asked for, and at the end."""

import contextlib
import math
import os
import threading
import time

from ..errors import Aborted, Changed
from ..files import read_json
from ..notes import note
from ..paths import inside
from ..threads import background
from .as_it_was.elsewhere import refuse_elsewhere
from .asking import Asking
from .last import Last
from .look import empty, look
from .pack import Packer
from .patient import Patient
from .report import report, report_failure
from .whole.growth import changes
from .whole.saves import Saves
from .whole.watch import Watch

AHEAD_SECONDS = 4.0
"""So long before a checkpoint is due the directory's changes are followed closely: its pauses are known then."""

LOOK_SECONDS, LOOK_CLOSELY_SECONDS = 1.0, 0.1


class Checkpoints:
    """The checkpoints of the training process, in a thread of their own. `tree` answers with the training's pids."""

    def __init__(self, directory, request, shared, uploads, telling, tree):
        self.shared, self.telling, spec = shared, telling, request["checkpoints"]
        self.code = os.path.join(directory, "code")
        self.name, self.root = spec["dir"], inside(self.code, spec["dir"], "checkpoints.dir")
        self.every = spec.get("everySeconds") or 0
        self.signal = telling.signal
        # A restored checkpoint may say no step.
        self.resumed = request.get("resumedFromStep") is not None or was_restored(directory)
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.over, self.gone = threading.Event(), False
        self.asking = Asking(shared)
        # What has been packed last, or restored, and why that was suspect.
        self.last, self.last_suspect = {}, None
        self.packer = Packer(directory, self.root, request, shared, uploads, self.aborted)
        metrics = os.path.join(directory, "metrics")
        self.watch = Watch(self.root, tree, self.packer.grows, metrics)
        self.saves = Saves(time.time())
        self.ends = Last(self.watch, self.packer, metrics, self.look)

    def open(self):
        """What was restored is in S3 already."""
        with contextlib.suppress(FileExistsError):
            os.makedirs(self.root, exist_ok=True)
        try:
            seen = self.look() or {}
            self.watch.start(seen)
            if self.resumed:
                self.last = seen
        except OSError as error:
            report_failure(self.shared, error)

    def look(self):
        refuse_elsewhere(self.code, self.root)
        return look(self.root)

    def unchanged(self, before):
        """Whether all is as it was at a look before; what only grows may have grown. False where nobody can say."""
        with contextlib.suppress(OSError):
            now = self.look()
            return before is not None and now is not None and not changes(before, now, self.packer.grows)
        return False

    def run(self):
        """The thread for periodic checkpoints and those asked for."""
        background(self.follow, "writers")
        background(lambda: self.watch.told.listen(self.over), "told")
        due = time.monotonic() + (self.every or math.inf)
        try:
            while not self.stopping.is_set():
                left = due - time.monotonic()
                asked = self.asking.wished.wait(max(0.05, min(0.25 if left < AHEAD_SECONDS else 1.0, left)))
                if self.stopping.is_set():
                    return
                if not asked and time.monotonic() < due:
                    if left < AHEAD_SECONDS:
                        self.watch.moment()
                    continue
                self.serve(asked)
                # A rhythm that saves and uploads do not stretch.
                while due <= time.monotonic():
                    due += self.every
        except Aborted:
            return
        finally:
            self.asking.refuse_rest("the process is being ended; its last checkpoint follows")

    def serve(self, asked):
        """Takes the checkpoint that is due, or asked for, and answers."""
        wish, answer = self.asking.take_up(), {}
        try:
            answer = self.take("asked" if asked else "periodic")
        except Aborted:
            raise
        except Exception as error:
            report_failure(self.shared, error)
            answer = {"reason": str(error)}
        finally:
            if asked:
                self.telling.over()
        if asked:
            self.asking.answer(wish, **answer)

    def follow(self):
        """Who writes and what was saved is looked at every second, who writes more often when an end is near; and less
        often where that takes long."""
        due = 0.0
        while not self.over.is_set():
            began = time.monotonic()
            self.watch.writers()
            if began >= due:
                due = began + LOOK_SECONDS
                with contextlib.suppress(OSError):
                    seen = self.look()
                    self.saves.note(seen)
                    self.watch.follow(seen)
            taken = time.monotonic() - began
            while not self.over.wait(max(LOOK_CLOSELY_SECONDS, 20 * taken)) and time.monotonic() < due:
                if self.watch.told.closely():
                    break

    def take(self, why):
        """{checkpoint, reason}: what there is now, and why nothing new was taken."""
        if why == "asked":
            self.telling.save(self.look, self.pause)
        with self.lock:
            patient, tries = Patient(self, why), 0
            while True:
                seen, suspect = patient.wait()
                if why == "asked" and empty(seen):
                    raise OSError("there is nothing in %s yet" % self.name)
                if empty(seen) or self.known(seen, suspect):
                    return self.again(why)
                try:
                    return {"checkpoint": self.pack(seen, why, suspect)}
                except Changed as error:
                    tries += 1
                    note("checkpoint: %s, again" % error)
                    # From now on these are copied: however often they are written, the copy stays.
                    self.packer.rewritten.update(error.paths)
                    if tries >= 20:
                        raise OSError("%s, and so did it each time that it was tried" % error)

    def known(self, seen, suspect):
        """Whether this has been packed as it is."""
        same = seen == self.last and not self.watch.was_mapped(seen)
        return same and bool(suspect) >= bool(self.last_suspect)

    def again(self, why):
        """Nothing has changed since the last one."""
        known = self.shared.checkpoint
        if why == "asked" and known:
            report(self.shared, dict(known, why=why))
        if why == "asked" and not known:
            return {"reason": "nothing has changed in %s since it was restored" % self.name}
        return {"checkpoint": known, "reason": "nothing has changed in %s since" % self.name if known else None}

    def pack(self, seen, why, suspect=None):
        checkpoint = self.packer.pack(seen, why, suspect, dated=not self.watch.was_mapped(seen))
        self.last, self.last_suspect = seen, suspect
        report(self.shared, checkpoint)
        return checkpoint

    def pause(self, seconds):
        if self.stopping.wait(seconds):
            raise Aborted()

    def process_over(self, deadline, end):
        """Only the last one is to come, and by that deadline. `end`: how the process ended, as the exit has it."""
        self.stopping.set()
        self.over.set()
        seen = None
        with contextlib.suppress(OSError):
            seen = self.look()
            self.saves.note(seen)
        self.ends.ended(end, seen)
        self.packer.last_uploads = deadline

    def last_one(self, why):
        """The checkpoint at the end. The process is gone, so there is nothing to wait for."""
        self.stopping.set()
        with self.lock:
            self.gone = True
            return self.ends.take(self, why)

    def missing(self, digests):
        """S3 has lost parts of what was called whole: the directory is packed again, though nothing in it changed."""
        note("checkpoint: S3 has lost %d parts" % len(digests))
        self.packer.parts.lost(digests)
        self.last = {}

    def aborted(self):
        """A periodic checkpoint gives way to the last one, which reuses the parts that are up."""
        return self.stopping.is_set() and not self.gone


def was_restored(directory):
    marker = read_json(os.path.join(directory, "state", "restore.json"))
    return bool(marker and marker.get("result", {}).get("key"))
