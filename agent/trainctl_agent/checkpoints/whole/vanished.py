"""Files that were removed to be written anew, and are not there yet."""

import time

from ..look import files_of
from .names import kind_of, original, unfinished

RECENT_SECONDS = 3.0
"""So long after it was last seen a file that is gone may come again. Looks are up to a second apart."""

MOST_LOOKS = 60
"""What is gone for so many is forgotten."""


class Vanished:
    """By kinds of files: of those that differ in their number, such as step_100.pt and step_200.pt, the older ones are
    removed for good. What is there for the lesser part of the time is no part of a save, such as a copy of the one
    before that is kept until the new one is written."""

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        # {kind: (looks at which it was there, looks at which it was not, when it last was)}.
        self.kinds = {}

    def see(self, seen):
        here, now = self.here(seen), self.clock()
        kinds = {kind: (there, away + 1, at) for kind, (there, away, at) in self.kinds.items() if away < MOST_LOOKS}
        for kind in here:
            there, away, _ = self.kinds.get(kind, (0, 0, 0.0))
            kinds[kind] = (there + 1, away, now)
        self.kinds = kinds

    def just_now(self, seen):
        """Kinds of which a file was there a moment ago, and none is now."""
        here, now = self.here(seen), self.clock()
        return sorted(
            kind
            for kind, (there, away, at) in self.kinds.items()
            if kind not in here and away <= there and now - at <= RECENT_SECONDS
        )

    def here(self, seen):
        """Kinds of the files that are there, without copies of a save before."""
        found = {kind_of(path): original(path) for path in files_of(seen) if not unfinished(path)}
        return {kind for kind, of in found.items() if not (of and (kind_of(of) in found or kind_of(of) in self.kinds))}
