"""Files that are added to piece by piece."""

import contextlib
import os

from .ready import SETTLE_SECONDS

TAIL_BYTES = 64
"""What was the end of a file is still where it was, if the file was only added to."""

LINES = 3
"""Who has so often added whole lines, opening the file anew or for adding alone, writes a log, whatever its name."""


class Additions:
    """Most are closed after each piece, and open for none of the time: that they may not be finished shows by their
    growth alone. A file that was opened once and grows, or was written anew and became longer, is none; nor is one to
    which something whole is added each time: a line of metrics shows that the training went on after each."""

    def __init__(self, root):
        self.root = root
        # {path: (how often it was added to, when last, whether it ended with a whole line each time, how many lines of
        # metrics there were then, whether some came in between each time)}, {path: its last bytes}, inodes that were
        # open for writing at the last look.
        self.grew, self.tails, self.opened = {}, {}, frozenset()

    def note(self, paths, before, seen, opened, now, metrics=0):
        """Two looks, and the paths that have changed between them. `opened`: inodes that are open for writing now,
        and not for adding at their end alone. `metrics`: lines of them until now, by any count."""
        for path in paths:
            old, new = before.get(path), seen.get(path)
            added = self.added(path, old, new)
            self.tails.pop(path, None)
            if new and new[0] == "file":
                self.tails[path] = self.bytes_before(path, new[2])
            if not added:
                self.grew.pop(path, None)
            elif old[4] not in self.opened:
                times, _, lines, since, apart = self.grew.get(path, (0, 0, True, -1, True))
                lines = lines and (self.tails[path] or b"").endswith(b"\n")
                self.grew[path] = (times + 1, now, lines, metrics, apart and metrics > since)
        self.opened = opened

    def added(self, path, old, new):
        """Whether a file is what it was, and more."""
        if not (old and new and old[0] == new[0] == "file" and old[4] == new[4] and new[2] > old[2]):
            return False
        tail = self.tails.get(path)
        return tail is None or tail == self.bytes_before(path, old[2])

    def bytes_before(self, path, end):
        """The last bytes before this size; None where they cannot be read."""
        with contextlib.suppress(OSError), open(os.path.join(self.root, path), "rb") as file:
            start = max(0, end - TAIL_BYTES)
            file.seek(start)
            return file.read(end - start)
        return None

    def logs(self):
        """Files that are added to by the line: right at any size."""
        return {path for path, (times, _, lines, _, _) in self.grew.items() if lines and times >= LINES}

    def recent(self, now):
        """Files that were added to more than once, and just now."""
        logs = self.logs()
        return [
            path
            for path, (times, at, _, _, apart) in self.grew.items()
            if times > 1 and now - at < SETTLE_SECONDS and path not in logs and not (apart and times >= LINES)
        ]
