"""The last checkpoint of a process."""

import contextlib
import os
import signal
import time
import traceback

from ..errors import Changed
from ..notes import note
from ..training.trainings import heeded, heeding
from .look import empty, files_of
from .whole.databases import is_database
from .whole.ends import LEFT, RECENT_SECONDS, Look, Story, doubt, saved_since
from .whole.leavings import left
from .whole.names import kind_of, unfinished
from .whole.rounds import BEGUN, OVER
from .whole.siblings import incomplete
from .whole.sift import sift
from .whole.watch import Moment


class Last:
    """Remembers how the process came to its end, and takes what it left."""

    def __init__(self, watch, packer, metrics, look):
        self.watch, self.packer, self.metrics, self.look = watch, packer, metrics, look
        self.story = Story(watch.opened, watch.closed)
        # What was missing of the directory when the process had ended.
        self.removed = []

    def before(self, number, training):
        """Right before a signal that ends the training: what is open for writing now may stay as it is. Whatever goes
        wrong here keeps nobody from sending it."""
        name = signal.Signals(number).name[3:]
        try:
            if self.story.ended_at is None:
                self.look_before(name, number, training)
        except Exception:
            note(traceback.format_exc())
            self.story.looks.append(Look(name, time.time(), {}, None))

    def look_before(self, name, number, training):
        # Launchers that are told later, when the training has ended, say nothing of who writes.
        first = self.story.first(name) is None
        if first:
            # From here on nothing begins to be written that is not told of.
            self.follow_closely()
        began, written = time.time(), self.watch.writers(mapped=True) or {}
        if number == signal.SIGTERM and first:
            told = heeding([training.pid], number)
            self.story.careful, self.story.ranks = bool(told) and not self.watch.careless(number), len(told) > 1
            # Once more: what is mapped is not told of.
            began, written = time.time(), self.watch.writers(mapped=True) or {}
        self.story.looks.append(Look(name, began, written, self.mark() if first else None))

    def follow_closely(self):
        # Whatever is wrong with the directory is told when it is packed.
        with contextlib.suppress(OSError):
            self.watch.follow(self.look(), closely=True)

    def mark(self):
        return self.watch.told.mark(lambda: self.watch.rounds.state() == OVER)

    def before_leftovers(self, training):
        """Of what the command left running when it ended."""
        tree = training.tree()
        if tree:
            self.follow_closely()
            written = self.watch.writers(mapped=True) or {}
            self.story.left_careful = heeded(tree, signal.SIGTERM) and not self.watch.careless(signal.SIGTERM)
            self.story.looks.append(Look(LEFT, time.time(), written, self.mark()))

    def ended(self, end, seen):
        """`end`: as the exit has it; `seen`: the directory now, None where it cannot be seen."""
        self.story.ended_at, self.story.code, self.story.signal = time.time(), end["code"], end["signal"]
        self.story.asked = end["stoppedBy"]
        self.story.opened, self.story.closed = self.watch.opened, self.watch.closed
        self.watch.told.now()
        if seen is not None:
            self.story.lacking = self.watch.save(seen) == BEGUN
            self.removed = self.watch.vanished.just_now(seen)

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
        told, term = self.watch.told, self.story.first("TERM")
        moved = told.now()
        saves = [path for path in files_of(seen) if not self.packer.grows(path) and not unfinished(path)]
        self.story.saved = term is not None and saved_since(term, {path: seen[path][3] / 1e9 for path in saves})
        cut = self.story.violent()
        moment = Moment(self.watch.root, seen, self.written_at_the_end())

        def fresh(path):
            return cut is not None and cut[0] - seen[path][3] / 1e9 <= RECENT_SECONDS

        kept, _ = sift(moment, self.packer.grows, fresh)
        files = [path for path in files_of(kept) if not self.right_as_it_is(path)]
        found = left(
            self.watch.root,
            files,
            self.packer.linked,
            moved,
            told.went_on,
            self.moved_on_at(),
            self.watch.cut,
            {path: self.watch.sizes.get(kind_of(path), 0) for path in files},
        )
        lacking = cut and incomplete(kept, cut[0])
        if lacking:
            return kept, "%s lacks files that the one before it has, and %s" % (lacking, cut[1])
        if cut and self.removed:
            return kept, "%s had been removed, and was not written again, when %s" % (self.removed[0], cut[1])
        return kept, doubt(found, self.story) or self.emptied({path: kept[path] for path in found}, found)

    def emptied(self, kept, found):
        path = self.watch.begun.left(kept, self.story.ended_at, lambda path: found[path].went_on(0.0))
        return path and "%s was empty when the process ended" % path

    def right_as_it_is(self, path):
        """Wherever its writer was stopped."""
        return self.packer.grows(path) or is_database(self.watch.root, path)

    def written_at_the_end(self):
        return {key: pid for look in self.story.looks for key, pid in look.written.items()}

    def moved_on_at(self):
        """When the last metrics line was written."""
        try:
            info = os.stat(self.metrics)
            return info.st_mtime if info.st_size else 0.0
        except OSError:
            return 0.0
