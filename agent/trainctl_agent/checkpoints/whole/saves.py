"""Whether a training has saved, whatever of it was uploaded."""

from .names import appended, unfinished

APART_SECONDS = 2.0
"""What is written within it may be of one save, or of a start, where a program writes its settings before it loads."""


class Saves:
    """Of one process. One that dies while it loads may have written once; one that did so again later had gone on."""

    def __init__(self, began):
        """`began`: epoch seconds."""
        self.began, self.first, self.last = began, None, None

    def note(self, seen):
        """The directory as it was at a moment, in the order of time."""
        times = [
            value[3] / 1e9
            for path, value in (seen or {}).items()
            if value[0] == "file" and not appended(path) and not unfinished(path)
        ]
        newest = max(times, default=0.0)
        if newest <= self.began:
            return
        self.first = newest if self.first is None else self.first
        self.last = newest

    def again(self):
        return self.first is not None and self.last - self.first >= APART_SECONDS
