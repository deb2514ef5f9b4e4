"""Files that somebody has only just begun to write."""

from ..look import files_of
from .ready import SETTLE_SECONDS


class Begun:
    """Files that are empty, and were not so long ago. A file is made or emptied before the process that does it has it
    open for others to see: a process that is held up there leaves it so, and nobody has it open.

    Files that are empty for good, such as `done` in each folder of a save, are known by their names, so that they hold
    up nothing."""

    def __init__(self):
        self.since, self.for_good = {}, set()

    def see(self, seen, now, clock):
        """`now`: of the look, as `clock` (epoch seconds, which may be set) is."""
        files = files_of(seen)
        self.for_good -= {name_of(path) for path, value in files.items() if value[2]}
        empty = {path: value[1:] for path, value in files.items() if not value[2]}
        self.since = {path: self.known(path, value, now, clock) for path, value in empty.items()}
        self.for_good |= {name_of(path) for path, (_, at) in self.since.items() if now - at >= SETTLE_SECONDS}

    def known(self, path, value, now, clock):
        """The file as it is, and since when it is so, as far as anything says."""
        known = self.since.get(path)
        if known and known[0] == value:
            return known
        return value, now - max(0.0, clock - value[2] / 1e9)

    def paths(self):
        """Those that may be about to be written."""
        return [path for path in self.since if name_of(path) not in self.for_good]


def name_of(path):
    return path.rpartition("/")[2]
