"""Notices that EC2 is about to take the instance."""

import time

from ..times import parse_iso
from .imds import Imds


class Notices:
    """Acts on them, whether anybody is attached or not."""

    def __init__(self, shared, stopping, grace, reserve):
        self.shared, self.stopping, self.grace, self.reserve = shared, stopping, grace, reserve
        self.imds = Imds()

    def watch(self):
        self.heed(self.imds.notice())
        if not self.shared.notice and self.imds.rebalance():
            self.stopping.recommend()

    def heed(self, notice):
        if not notice:
            return
        with self.shared.lock:
            standing = self.shared.notice
            if standing == notice or (standing and standing["time"] <= notice["time"]):
                return
            self.shared.notice = notice
            self.shared.send({"t": "notice", "notice": notice})
        left = parse_iso(notice["time"]) - time.time()
        # The last checkpoint will take about as long as the one before: at most half of the time is kept for it.
        needed = 1.5 * ((self.shared.checkpoint or {}).get("seconds") or 0)
        reserve = max(self.reserve, min(needed, left / 2))
        self.stopping.stop("notice", min(self.grace, max(1.0, left - reserve)))
        self.shared.save()
