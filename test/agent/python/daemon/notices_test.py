import threading
import types
import unittest
from unittest import mock

from trainctl_agent.daemon.notices import Notices
from trainctl_agent.times import iso

NOW = 1_000_000.0


class Heed(unittest.TestCase):
    def setUp(self):
        patch = mock.patch("trainctl_agent.daemon.notices.time.time", lambda: NOW)
        patch.start()
        self.addCleanup(patch.stop)
        self.told, self.stops = [], []
        self.shared = types.SimpleNamespace(
            lock=threading.RLock(), notice=None, checkpoint=None, send=self.told.append, save=lambda: None
        )
        stopping = types.SimpleNamespace(
            stop=lambda by, grace: self.stops.append((by, grace)), recommend=lambda: self.stops.append("rebalance")
        )
        self.notices = Notices(self.shared, stopping, 600.0, 30.0)

    def test_a_recommendation_counts_while_there_is_no_notice(self):
        answers = {}
        self.notices.imds = types.SimpleNamespace(
            notice=lambda: answers.get("notice"), rebalance=lambda: answers.get("rebalance", False)
        )
        self.notices.watch()
        self.assertEqual(self.stops, [])
        answers["rebalance"] = True
        self.notices.watch()
        self.assertEqual(self.stops, ["rebalance"])
        answers["notice"] = {"source": "spot", "action": "terminate", "time": iso(NOW + 120)}
        self.notices.watch()
        self.assertEqual(self.stops, ["rebalance", ("notice", 90.0)])

    def heed(self, left, seconds=None):
        if seconds is not None:
            self.shared.checkpoint = {"seconds": seconds}
        self.notices.heed({"source": "spot", "action": "terminate", "time": iso(NOW + left)})
        return self.stops

    def test_time_is_left_for_the_last_checkpoint(self):
        self.assertEqual(self.heed(120), [("notice", 90.0)])

    def test_as_long_as_the_last_one_took_and_a_half_but_half_of_the_time_at_most(self):
        self.assertEqual(self.heed(120, 30), [("notice", 75.0)])
        self.shared.notice = None
        self.assertEqual(self.heed(120, 300)[-1], ("notice", 60.0))

    def test_never_longer_than_the_grace_and_a_second_at_least(self):
        self.assertEqual(self.heed(3600), [("notice", 600.0)])
        self.shared.notice = None
        self.assertEqual(self.heed(5)[-1], ("notice", 1.0))

    def test_only_an_earlier_one_is_news(self):
        self.notices.heed(None)
        self.heed(120)
        self.heed(120)
        self.heed(130)
        self.assertEqual(len(self.stops), 1)
        self.heed(60)
        self.assertEqual((len(self.stops), len(self.told)), (2, 2))
