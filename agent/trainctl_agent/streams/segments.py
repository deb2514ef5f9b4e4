"""Segments of a growing file in S3."""

from ..errors import Changed, describe
from ..notes import note
from ..sizes import MIB
from ..transfers.bodies import FileRange
from ..transfers.errors import Refused, Transient

SEGMENT = 8 * MIB
"""Largest log segment, and the size from which small segments are compacted into one."""

PIECES = 64
"""A slow log is compacted after this many segments, so that a reader never needs thousands of requests."""


class Segments:
    """Uploads a growing file as immutable objects named by byte offsets, and compacts small ones into larger."""

    def __init__(self, uploads, folder, path):
        self.uploads, self.folder, self.path = uploads, folder, path
        self.uploaded = self.compacted = self.pieces = 0

    def put(self, start, end, deadline):
        self.uploads.put(
            "%s/%016d-%016d" % (self.folder, start, end), FileRange(self.path, start, end - start), deadline
        )

    def ship(self, size, deadline, shipped=lambda _: None, go_on=lambda: True):
        while self.uploaded < size and go_on():
            end = min(size, self.uploaded + SEGMENT)
            self.put(self.uploaded, end, deadline)
            self.uploaded, self.pieces = end, self.pieces + 1
            shipped(end)
            self.compact(deadline, SEGMENT, PIECES)

    def compact(self, deadline, enough, pieces):
        """One segment over everything since the last compacted byte. A reader takes, at each offset, the segment that
        reaches farthest; so this only saves requests, and a failure of it is none."""
        span = self.uploaded - self.compacted
        if self.pieces > 1 and (span >= enough or self.pieces >= pieces):
            try:
                self.put(self.compacted, self.uploaded, deadline)
                self.pieces = 1
            except (Transient, Refused, Changed, OSError) as error:
                note("compaction of %s: %s" % (self.folder, describe(error)))
                return
        if span >= SEGMENT and self.pieces <= 1:
            self.compacted, self.pieces = self.uploaded, 0
