"""Whether a training has saved, whatever of it was uploaded."""

from .names import appended, unfinished

APART_SECONDS = 2.0
"""What is written within it may be of one save, or of a start, where a program writes its settings before it loads."""


class Saves:
    """Of one process. One that dies while it loads may have written once; one that did so again later had gone on."""

    def __init__(self, began):
        """`began`: epoch seconds."""
        self.began, self.first, self.last, self.before = began, None, None, {}

    def note(self, seen):
        """The directory as it was at a moment, in the order of time."""
        if seen is None:
            return
        written = [value[3] / 1e9 for path, value in seen.items() if self.saved(path, value)]
        self.before = seen
        newest = max(written, default=0.0)
        if newest > self.began:
            self.first = newest if self.first is None else self.first
            self.last = newest

    def saved(self, path, value):
        """Whether a file is new or another. What has grown where it is may be a log."""
        before = self.before.get(path)
        if value[0] != "file" or value == before or appended(path) or unfinished(path):
            return False
        return not before or before[4] != value[4] or value[2] <= before[2]

    def again(self):
        return self.first is not None and self.last - self.first >= APART_SECONDS
