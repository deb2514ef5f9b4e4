"""Files that somebody has only just begun to write: they are empty, and were not so long ago."""

import os

from ..look import files_of
from .ends import RECENT_SECONDS
from .ready import SETTLE_SECONDS


class Begun:
    """A file is made or emptied before the process that does it has it open for others to see: a process that is held
    up there leaves it so, and nobody has it open. One that ends there leaves it so for good.

    Files that are empty for good, such as `done` in each folder of a save, are known by their names."""

    def __init__(self):
        self.since, self.for_good = {}, set()
        # Of the files that are there, those that ever had content.
        self.filled = frozenset()

    def see(self, seen, now, clock):
        """`now`: of the look, as `clock` (epoch seconds, which may be set) is."""
        files = files_of(seen)
        self.for_good -= {name_of(path) for path, value in files.items() if value[2]}
        empty = {path: value[1:] for path, value in files.items() if not value[2]}
        self.since = {path: self.known(path, value, now, clock) for path, value in empty.items()}
        self.for_good |= {name_of(path) for path, (_, at) in self.since.items() if now - at >= SETTLE_SECONDS}

    def fill(self, seen):
        """The directory as it was at any moment."""
        self.filled = frozenset(path for path, value in files_of(seen).items() if value[2] or path in self.filled)

    def known(self, path, value, now, clock):
        """The file as it is, and since when it is so, as far as anything says."""
        known = self.since.get(path)
        if known and known[0] == value:
            return known
        return value, now - max(0.0, clock - value[2] / 1e9)

    def paths(self):
        """Those that may be about to be written."""
        return [path for path in self.since if name_of(path) not in self.for_good]

    def left(self, kept, ended_at, went_on):
        """One that the process left so, when it ended; None where there is none. It is no mark that is empty as it
        should be: it had content before, or others with its suffix have some. `kept`: the directory as it was left;
        `went_on`: whether the training did, after this file."""
        files = files_of(kept)
        suffixes = {suffix_of(path) for path, value in files.items() if value[2]} - {""}
        for path, value in sorted(files.items()):
            if value[2] or ended_at - value[3] / 1e9 > RECENT_SECONDS or name_of(path) in self.for_good:
                continue
            if (path in self.filled or suffix_of(path) in suffixes) and not went_on(path):
                return path
        return None


def name_of(path):
    return path.rpartition("/")[2]


def suffix_of(path):
    return os.path.splitext(path)[1]
