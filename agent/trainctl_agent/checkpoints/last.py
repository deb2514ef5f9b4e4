"""The last checkpoint of a process."""

import os
import signal
import time

from ..errors import Changed
from ..notes import note
from ..training.trainings import heeding
from .look import empty, files_of
from .whole.databases import is_database
from .whole.ends import RECENT_SECONDS, Story, doubt, left
from .whole.hollow import hollow
from .whole.siblings import incomplete
from .whole.sift import sift
from .whole.watch import Moment


class Last:
    """Remembers how the process came to its end, and takes what it left."""

    def __init__(self, watch, packer, metrics):
        self.watch, self.packer, self.metrics = watch, packer, metrics
        self.story = Story(watch.opened, watch.closed)

    def before(self, number, training):
        """Right before a signal that ends the training: what is open for writing now may stay as it is."""
        if self.story.ended_at is not None:
            return
        began = time.time()
        written = self.watch.writers(mapped=True) or {}
        first = all(name != "TERM" for name, _, _ in self.story.looks)
        # Launchers that are told later, when the training has ended, say nothing of who writes.
        if number == signal.SIGTERM and first:
            self.story.careful = bool(heeding([training.pid], number)) and not self.watch.careless(number)
            # Once more: what is opened between the look and the signal is not seen.
            began, written = time.time(), self.watch.writers(mapped=True) or {}
        self.story.looks.append((signal.Signals(number).name[3:], began, written))

    def before_leftovers(self, training):
        """Of what the command left running when it ended."""
        if training.tree():
            self.story.looks.append(("as it was left running", time.time(), self.watch.writers(mapped=True) or {}))

    def ended(self, end):
        self.story.ended_at, self.story.code, self.story.signal = time.time(), end["code"], end["signal"]
        self.story.asked = end["stoppedBy"]
        self.story.opened, self.story.closed = self.watch.opened, self.watch.closed

    def take(self, checkpoints, why):
        """Packs what is there, whole or suspect; None when there is nothing new."""
        for attempt in range(3):
            seen = checkpoints.look()
            if seen is None:
                time.sleep(0.2)
                continue
            kept, suspect = self.judge(seen)
            same = kept == checkpoints.last and not self.watch.was_mapped(kept)
            if empty(kept) or (same and (suspect or not checkpoints.last_suspect)):
                return None
            try:
                return checkpoints.pack(kept, why, suspect)
            except Changed as error:
                note("last checkpoint, try %d: %s" % (attempt + 1, error))
        raise OSError("the directory kept changing after the process had ended")

    def judge(self, seen):
        """(what is packed, why it is suspect)."""
        cut = self.story.violent()
        moment = Moment(self.watch.root, seen, self.written_at_the_end())

        def fresh(path):
            return cut is not None and cut[0] - seen[path][3] / 1e9 <= RECENT_SECONDS

        kept, _ = sift(moment, self.packer.grows, fresh)
        files = [path for path in files_of(kept) if not self.right_as_it_is(path)]
        found = left(self.watch.root, files, self.packer.linked, self.watch.renames.now())
        lacking = cut and incomplete(kept, cut[0])
        if lacking:
            return kept, "%s lacks files that the one before it has, and %s" % (lacking, cut[1])
        return kept, doubt(found, self.story, self.moved_on_at()) or self.emptied(kept)

    def emptied(self, kept):
        path = hollow(kept, self.watch.seen or {}, self.story.ended_at, self.moved_on_at())
        return None if path is None or self.packer.grows(path) else "%s was empty when the process ended" % path

    def right_as_it_is(self, path):
        """Wherever its writer was stopped."""
        return self.packer.grows(path) or is_database(self.watch.root, path)

    def written_at_the_end(self):
        return {key: pid for _, _, written in self.story.looks for key, pid in written.items()}

    def moved_on_at(self):
        """When the last metrics line was written."""
        try:
            info = os.stat(self.metrics)
            return info.st_mtime if info.st_size else 0.0
        except OSError:
            return 0.0
