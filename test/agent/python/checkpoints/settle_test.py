import unittest
from unittest import mock

from trainctl_agent.checkpoints import settle as settle_module


class Settle(unittest.TestCase):
    """With a clock of its own: what is seen at each quarter of a second."""

    def settle(self, seen_at, patience=120.0):
        self.now = 0.0

        def pause(seconds):
            self.now += seconds

        with mock.patch.object(settle_module, "look", lambda root: seen_at(self.now)), mock.patch.object(
            settle_module.time, "monotonic", lambda: self.now
        ):
            return settle_module.settle("/c", pause, patience)

    def test_at_rest_for_two_seconds(self):
        self.assertEqual(self.settle(lambda now: {"a": 1}), {"a": 1})
        self.assertEqual(self.now, 2.0)
        self.assertEqual(self.settle(lambda now: {"a": min(now, 5.0)}), {"a": 5.0})
        self.assertEqual(self.now, 7.0)

    def test_a_look_that_failed_is_no_rest(self):
        self.assertEqual(self.settle(lambda now: None if now < 10 else {}), {})
        self.assertEqual(self.now, 12.0)

    def test_never_at_rest(self):
        with self.assertRaisesRegex(OSError, "never unchanged for 2 s in the last 30 s"):
            self.settle(lambda now: {"a": now}, 30.0)
