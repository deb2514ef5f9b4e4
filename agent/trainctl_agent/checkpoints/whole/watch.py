"""The checkpoint directory and who writes in it, followed over time."""

import collections
import os
import threading
import time

from ...training.signals import heeds
from ..look import look
from .begun import Begun
from .growth import changes
from .ready import SETTLE_SECONDS
from .writers import writers

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
    """`tree` answers with the pids of the training, `grows` whether a file only grows."""

    def __init__(self, root, tree, grows):
        self.root, self.tree, self.grows, self.lock = root, tree, grows, threading.Lock()
        self.seen, self.gaps = None, []
        self.looked_at = self.changed_at = self.followed_since = time.monotonic()
        # {path: (how often it has grown without any other change, when last)}
        self.grew, self.begun = {}, Begun()
        # {(device, inode): (pid, when it was last seen open)}, and when those that are closed were first seen so.
        self.opened, self.closed = {}, {}

    def writers(self, mapped=False, pids=None):
        """Who has what open now. It is remembered, for an end that comes between two looks."""
        found, now = writers(self.tree() if pids is None else pids, mapped), time.time()
        if found is not None:
            with self.lock:
                for key in set(self.opened) - set(found) - set(self.closed):
                    self.closed[key] = now
                for key, pid in found.items():
                    self.closed.pop(key, None)
                    self.opened[key] = (pid, now)
                if len(self.opened) > MOST_OPEN:
                    self.opened, self.closed = {key: self.opened[key] for key in found}, {}
        return found

    def moment(self):
        """The directory now, and who writes in it. A file that was open before or after the look counts as open."""
        pids = self.tree()
        before = self.writers(True, pids)
        seen = look(self.root)
        after = self.writers(False, pids)
        self.note(seen)
        return Moment(self.root, seen, None if before is None or after is None else {**before, **after})

    def note(self, seen):
        """When something has changed, and how long nothing had. What only grows is no change."""
        now = time.monotonic()
        if now - self.looked_at > CLOSE_SECONDS:
            self.gaps, self.followed_since = [], now
        self.looked_at = now
        if seen is not None:
            self.begun.see(seen, now, time.time())
        if seen is None or self.seen is None or self.note_changes(self.seen, seen, now):
            if self.followed_since != now:
                self.gaps = [*self.gaps, now - self.changed_at][-GAPS:]
            self.changed_at = now
        self.seen = seen

    def note_changes(self, before, seen, now):
        """Whether anything has changed; which files have grown where they are."""
        found = changes(before, seen, self.grows)
        for path in found:
            old, new = before.get(path), seen.get(path)
            if old and new and old[0] == new[0] == "file" and old[4] == new[4] and new[2] > old[2]:
                self.grew[path] = (self.grew.get(path, (0, 0))[0] + 1, now)
            else:
                self.grew.pop(path, None)
        return bool(found)

    def growing(self):
        """Files that were opened anew and added to, more than once and just now: they may not be finished yet."""
        now = time.monotonic()
        return [path for path, (times, at) in self.grew.items() if times > 1 and now - at < SETTLE_SECONDS]

    def rest(self):
        now = time.monotonic()
        return Rest(now - self.changed_at, max(self.gaps) if self.gaps else 0.0, now - self.followed_since)

    def careless(self, number):
        """Whether a process that was seen writing in the directory would end by this signal, whatever it is at."""
        here = {value[4] for path, value in (self.seen or {}).items() if value[0] == "file" and not self.grows(path)}
        with self.lock:
            pids = {pid for (_, inode), (pid, _) in self.opened.items() if inode in here}
        return any(os.path.isdir("/proc/%d" % pid) and not heeds(pid, number) for pid in pids)
