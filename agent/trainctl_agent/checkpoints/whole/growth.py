"""Files that only grow."""

import contextlib
import os

from ...errors import Changed
from ...transfers.hashes import hash_range
from .names import appended


class Growth:
    """By name, and by history: what has grown since it was packed and begins as it did then, or is added to by the line
    (`logs`)."""

    def __init__(self, root):
        self.root, self.known, self.packed, self.refuted = root, {}, {}, set()
        self.logs = set()

    def __call__(self, path):
        return appended(path) or path in self.known or path in self.logs

    def keep(self, seen, entries):
        """What has been packed, with the hashes of its parts."""
        self.packed = {entry["path"]: (seen[entry["path"]][4], entry) for entry in entries if "parts" in entry}
        self.known = {path: inode for path, inode in self.known.items() if self.packed.get(path, (0,))[0] == inode}
        self.refuted = set()

    def learn(self, seen, paths):
        """Looks at files that are open for writing. One that shrank or was replaced is no such file any more."""
        for path, inode in list(self.known.items()):
            value = seen.get(path)
            if value is None or value[4] != inode or value[2] < self.packed[path][1]["size"]:
                del self.known[path]
        for path in paths:
            inode, entry = self.packed.get(path, (None, None))
            value = seen[path]
            grew = entry and entry["size"] and value[4] == inode and value[2] > entry["size"]
            if not grew or path in self.known or path in self.refuted:
                continue
            if self.begins_as(entry):
                self.known[path] = inode
            else:
                self.refuted.add(path)

    def begins_as(self, entry):
        full, offset = os.path.join(self.root, entry["path"]), 0
        with contextlib.suppress(OSError, Changed):
            for part in entry["parts"]:
                if hash_range(full, offset, part["bytes"]) != part["sha256"]:
                    return False
                offset += part["bytes"]
            return True
        return False


def changes(before, after, grows):
    """The paths that are not in `after` as in `before`. What only grows may have grown."""
    paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    return sorted(path for path in paths if not as_good(before.get(path), after.get(path), grows(path)))


def as_good(before, after, grows):
    """Whether two unequal looks at a path are no change: a folder, or a file that only grows and has grown."""
    if not before or not after or before[0] != after[0]:
        return False
    return before[0] == "dir" or bool(grows and before[0] == "file" and after[2] >= before[2])
