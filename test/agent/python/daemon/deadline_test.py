"""Until when the last uploads of a host may go on."""

import types
import unittest

from trainctl_agent.daemon.deadline import Deadline
from trainctl_agent.times import iso

EXIT = 1_000_000.0


class LastUploads(unittest.TestCase):
    """The process has ended at EXIT. Its lease is over at EXIT + `lease`, its grace was 60 s."""

    def ends(self, moved=0.0, succeeded=0.0, lease=1800.0, notice=None):
        uploads = types.SimpleNamespace(moved=EXIT + moved, succeeded=EXIT + succeeded)
        shared = types.SimpleNamespace(lease=types.SimpleNamespace(until=lambda: EXIT + lease), notice=notice)
        deadline = Deadline(shared, uploads, 60.0)
        deadline.process_over(EXIT)
        return deadline() - EXIT

    def test_failures_end_after_15_minutes_and_what_moves_goes_on_inside_the_lease(self):
        self.assertEqual(self.ends(), 900)
        self.assertEqual(self.ends(moved=850), 970)
        self.assertEqual(self.ends(succeeded=850), 970)
        self.assertEqual(self.ends(moved=1850), 1860)

    def test_past_lease_and_grace_only_while_bytes_move_and_for_15_minutes_at_most(self):
        self.assertEqual(self.ends(lease=-60), 30)
        self.assertEqual(self.ends(lease=-60, moved=400), 430)
        # Objects that were written long ago do not move.
        self.assertEqual(self.ends(lease=-60, moved=400, succeeded=400), 430)
        self.assertEqual(self.ends(lease=-60, moved=899), 900)
        self.assertEqual(self.ends(lease=0, moved=10), 60)

    def test_never_past_the_time_of_a_notice(self):
        notice = {"time": iso(EXIT + 45)}
        self.assertEqual(self.ends(moved=40, notice=notice), 45)
        self.assertEqual(self.ends(lease=-60, moved=40, notice=notice), 45)
