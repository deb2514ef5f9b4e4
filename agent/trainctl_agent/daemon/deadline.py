"""Until when the last uploads may go on."""

import math

from ..times import parse_iso

LAST_UPLOAD = 900.0
"""How long the last uploads may go on after the process while bytes move, whatever the lease says. The workflow and the
dead-man timer wait as long (LAST_UPLOAD_SECONDS of the contract)."""
STANDSTILL = 30.0
"""How long they may stand still then."""


class Deadline:
    """When the last upload must be over: before the instance is taken, and before the host's lease ends it. Called, it
    says when, in epoch seconds."""

    def __init__(self, shared, uploads, grace):
        self.shared, self.uploads, self.grace = shared, uploads, grace
        self.ended_at, self.end_by = 0.0, None

    def process_over(self, now):
        self.ended_at, self.end_by = now, now + 900

    def __call__(self):
        if self.end_by is None:
            end = math.inf
        else:
            # Large files may take longer than failures may: what moves or succeeds moves the end, inside the lease.
            # Past the lease bytes must go on moving, and for no longer than the host is left alone.
            moved = max(self.uploads.moved, self.ended_at)
            end = min(
                max(self.end_by, self.uploads.succeeded + 120, moved + 120),
                max(min(moved + STANDSTILL, self.ended_at + LAST_UPLOAD), self.shared.lease.until() + self.grace),
            )
        return min(end, parse_iso(self.shared.notice["time"])) if self.shared.notice else end
