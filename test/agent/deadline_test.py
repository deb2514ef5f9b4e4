"""Until when the last uploads of a host may go on."""

import importlib.util
import os
import sys
import types
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
SPEC = importlib.util.spec_from_file_location("agent", os.path.join(HERE, "../../agent/trainctl_agent.py"))
agent = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(agent)

EXIT = 1_000_000.0


class LastUploads(unittest.TestCase):
    """The process has ended at EXIT. Its lease is over at EXIT + `lease`, its grace was 60 s."""

    def ends(self, moved=0.0, succeeded=0.0, lease=1800.0, notice=None):
        daemon = object.__new__(agent.Daemon)
        daemon.ended_at, daemon.end_by, daemon.grace = EXIT, EXIT + 900, 60.0
        daemon.uploads = types.SimpleNamespace(moved=EXIT + moved, succeeded=EXIT + succeeded)
        daemon.shared = types.SimpleNamespace(lease_until=EXIT + lease, notice=notice)
        return daemon.deadline() - EXIT

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
        notice = {"time": agent.iso(EXIT + 45)}
        self.assertEqual(self.ends(moved=40, notice=notice), 45)
        self.assertEqual(self.ends(lease=-60, moved=40, notice=notice), 45)

    def test_live_json_is_no_work_that_moves(self):
        uploads = agent.Uploads({"node": {"keyPrefix": "p/"}})
        with mock.patch.object(agent, "post_object", lambda grant, key, body, timeout, sent: sent(body.length)):
            uploads.put("live.json", agent.Bytes(b"123"), lambda: EXIT, counts=False)
            self.assertEqual((uploads.moved, uploads.sent), (0.0, 0))
            uploads.put("log/0-3", agent.Bytes(b"123"), lambda: EXIT)
            self.assertEqual(uploads.sent, 3)


if __name__ == "__main__":
    unittest.main()
