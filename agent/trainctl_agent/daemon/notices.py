"""Notices that EC2 is about to take the instance."""

import time

from ..times import parse_iso
from .imds import Imds

LEAD, AFTER_GRACE = 900.0, 300.0
"""Maintenance is obeyed so long before its time that all of the grace, a last checkpoint and the launch of a successor
come before it (maintenanceLeadSeconds of the contract)."""


class Notices:
    """Acts on them, whether anybody is attached or not."""

    def __init__(self, shared, stopping, grace, reserve):
        self.shared, self.stopping, self.grace, self.reserve = shared, stopping, grace, reserve
        self.imds = Imds()

    def watch(self):
        notice = self.imds.notice()
        self.heed(notice)
        if notice is None and self.imds.sure and self.shared.scheduled:
            self.foretell(None)
        if not self.shared.notice and self.imds.rebalance():
            self.stopping.recommend()

    def heed(self, notice):
        if not notice:
            return
        if not self.near(notice):
            self.foretell(notice)
            return
        with self.shared.lock:
            standing = self.shared.notice
            if standing == notice or (standing and standing["time"] <= notice["time"]):
                return
            self.shared.notice, self.shared.scheduled = notice, None
            self.shared.send({"t": "notice", "notice": notice})
        left = parse_iso(notice["time"]) - time.time()
        # The last checkpoint will take about as long as the one before: at most half of the time is kept for it.
        needed = 1.5 * ((self.shared.checkpoint or {}).get("seconds") or 0)
        reserve = max(self.reserve, min(needed, left / 2))
        self.stopping.stop("notice", min(self.grace, max(1.0, left - reserve)))
        self.shared.save()

    def near(self, notice):
        """Whether it is to be obeyed now. EC2 schedules maintenance days and weeks ahead, and spot notices never."""
        if notice["source"] != "maintenance":
            return True
        takes = (self.shared.checkpoint or {}).get("seconds") or 0
        return parse_iso(notice["time"]) - time.time() <= max(LEAD, self.grace + AFTER_GRACE + 2 * takes)

    def foretell(self, notice):
        """Tells what is scheduled, and that nothing is any more (None)."""
        with self.shared.lock:
            if self.shared.notice or self.shared.scheduled == notice:
                return
            self.shared.scheduled, self.shared.was_scheduled = notice, True
            self.shared.send({"t": "scheduled", "notice": notice})
        self.shared.save()
