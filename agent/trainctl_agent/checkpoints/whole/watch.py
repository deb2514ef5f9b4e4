"""The checkpoint directory and who writes in it, followed over time."""

import collections
import contextlib
import os
import threading
import time

from ...training.signals import heeds
from ..look import files_of, look
from .additions import Additions
from .begun import Begun
from .growth import changes
from .leavings import shorter
from .names import kind_of
from .rounds import BEGUN, Rounds
from .told import Told
from .vanished import Vanished
from .writers import goes_on, writers

GAPS = 20
"""So many of the last times between two changes are remembered."""

CLOSE_SECONDS = 1.0
"""Looks that are further apart say nothing of the pauses between changes."""

Rest = collections.namedtuple("Rest", "quiet longest followed")
"""For how many seconds nothing has changed, the longest that nothing had before, and for how long it was followed."""

MOST_OPEN = 10_000


class Moment:
    """The directory `root` at a moment: `seen` as `look` has it, None while it changed under the look; `written`,
    {(device, inode): pid} of what is open for writing, None where nobody says."""

    def __init__(self, root, seen, written):
        self.root, self.seen, self.written = root, seen, written
        self.inodes = {inode for _, inode in written or ()}

    def open(self, path):
        """Who has this file open for writing: a pid, or None."""
        value = self.seen.get(path)
        if not value or value[0] != "file" or value[4] not in self.inodes:
            return None
        try:
            info = os.lstat(os.path.join(self.root, path))
        except OSError:
            return None
        return self.written.get((info.st_dev, info.st_ino))


class Watch:
    """`tree` answers with the pids of the training, `grows` whether a file only grows; `metrics` is the file of
    metrics, if there is one."""

    def __init__(self, root, tree, grows, metrics=None):
        self.root, self.tree, self.grows, self.lock = root, tree, grows, threading.Lock()
        self.seen, self.gaps = None, []
        self.looked_at = self.changed_at = self.followed_since = time.monotonic()
        self.additions, self.begun = Additions(root), Begun()
        # {(device, inode): (pid, when it was last seen open)}, and when those that are closed were first seen so.
        self.opened, self.closed = {}, {}
        # Of those that are closed: which were while the process that had them open went on.
        self.outlived = set()
        # {(device, inode): since when it is open, as far as that was seen}; monotonic.
        self.since = {}
        # (device, inode) of what was ever mapped to be written: such a file may be another without any sign of it.
        self.mapped = set()
        self.rounds = Rounds()
        self.told = Told(root, metrics, self.finished, self.rounds.renamed)
        self.vanished = Vanished()
        # Paths of files that were closed when the process that had them open had ended, or was about to.
        self.cut = set()
        # {kind of files: the size of one that was closed by a process that went on, or was there before all}.
        self.sizes = {}
        # The same of what was ever open for adding at its end.
        self.appending = set()

    def writers(self, mapped=False, pids=None):
        """Who has what open now. It is remembered, for an end that comes between two looks."""
        pids, now = self.tree() if pids is None else pids, time.time()
        found = writers(pids, self.mapped if mapped else None, self.appending)
        if found is not None:
            with self.lock:
                for key in set(self.opened) - set(found) - set(self.closed):
                    self.closed[key] = now
                    self.outlived.discard(key)
                    self.outlived.update({key} if goes_on(self.opened[key][0]) else ())
                self.since = {key: self.since.get(key, time.monotonic()) for key in found}
                for key, pid in found.items():
                    self.closed.pop(key, None)
                    self.opened[key] = (pid, now)
                if len(self.opened) > MOST_OPEN:
                    self.opened, self.closed = {key: self.opened[key] for key in found}, {}
                    self.outlived.clear()
        return found

    def moment(self):
        """The directory now, and who writes in it. A file that was open before or after the look counts as open."""
        pids = self.tree()
        before = self.writers(True, pids)
        seen = look(self.root)
        # What is told of later than it was seen is found changed when it is packed; the other way around it is not.
        self.follow(seen)
        after = self.writers(False, pids)
        written = None if before is None or after is None else {**before, **after}
        self.note(seen, {inode for device, inode in written or () if (device, inode) not in self.appending})
        return Moment(self.root, seen, written)

    def start(self, seen):
        """The directory before there is a process."""
        self.sizes = {kind_of(path): value[2] for path, value in files_of(seen).items()}
        self.follow(seen)

    def follow(self, seen, closely=False):
        """The directory as it was seen; `closely` from now on, for an end is near."""
        if seen is not None:
            self.begun.fill(seen)
            self.vanished.see(seen)
            self.told.follow(seen, closely)

    def finished(self, path):
        """A file was closed after it was written, or renamed into place."""
        self.note_cut(path)
        if not self.grows(path):
            lines = self.told.line if self.told.metrics is not None else 0
            self.rounds.finished(path, lines, path not in self.told.moved)

    def note_cut(self, path):
        """Whether the file was closed by whom it was seen with, or because that process ended. The kernel closes the
        files of a process before it is gone; heard a moment later, it may be gone all the same."""
        self.cut.discard(path)
        with contextlib.suppress(OSError):
            info = os.lstat(os.path.join(self.root, path))
            key = (info.st_dev, info.st_ino)
            pid, _ = self.opened.get(key, (None, 0.0))
            if pid is None or (key in self.closed and key in self.outlived):
                # By whom is not known: all are asked, where it makes a difference.
                gone = shorter(info.st_size, self.sizes.get(kind_of(path), 0)) and not any(map(goes_on, self.tree()))
            else:
                gone = not goes_on(pid)
            if gone:
                self.cut.add(path)
            elif len(self.sizes) < MOST_OPEN:
                self.sizes[kind_of(path)] = info.st_size

    def save(self, seen):
        """The state of the save that is there, as Rounds has it; None where nobody tells."""
        if self.vanished.just_now(seen):
            return BEGUN
        return None if self.told.blind else self.rounds.state()

    def lacking(self, seen):
        """What belongs to a save that has begun, and is not there."""
        return self.vanished.just_now(seen) or self.rounds.lacking()

    def was_mapped(self, seen):
        """Whether a file of this directory was mapped to be written: what is in it is not known by its time or size."""
        inodes = {inode for _, inode in self.mapped}
        return any(value[4] in inodes for value in files_of(seen).values())

    def note(self, seen, opened=frozenset()):
        """When something has changed, and how long nothing had. What only grows is no change. `opened`: inodes that
        are open for writing, and not for adding at their end alone."""
        now = time.monotonic()
        if now - self.looked_at > CLOSE_SECONDS:
            self.gaps, self.followed_since = [], now
        self.looked_at = now
        if seen is not None:
            self.begun.see(seen, now, time.time())
        if seen is None or self.seen is None or self.note_changes(self.seen, seen, opened, now):
            if self.followed_since != now:
                self.gaps = [*self.gaps, now - self.changed_at][-GAPS:]
            self.changed_at = now
        self.seen = seen

    def note_changes(self, before, seen, opened, now):
        """Whether anything has changed; which files were added to."""
        found = changes(before, seen, self.grows)
        self.additions.note(found, before, seen, opened, now, self.told.line)
        return bool(found)

    def growing(self):
        """Files that were opened anew and added to, more than once and just now: they may not be finished yet."""
        return self.additions.recent(time.monotonic())

    def open_for(self, moment, path):
        """For how many seconds a file has been open for writing, as far as that was seen."""
        opened = [since for (_, inode), since in self.since.items() if inode == moment.seen[path][4]]
        return time.monotonic() - max(opened) if opened else 0.0

    def rest(self):
        now = time.monotonic()
        return Rest(now - self.changed_at, max(self.gaps) if self.gaps else 0.0, now - self.followed_since)

    def careless(self, number):
        """Whether a process that was seen writing in the directory would end by this signal, whatever it is at."""
        here = {value[4] for path, value in files_of(self.seen or {}).items() if not self.grows(path)}
        with self.lock:
            pids = {pid for (_, inode), (pid, _) in self.opened.items() if inode in here}
        return any(os.path.isdir("/proc/%d" % pid) and not heeds(pid, number) for pid in pids)
