import threading
import types
import unittest
from unittest import mock

from trainctl_agent.daemon.notices import Notices
from trainctl_agent.times import iso

NOW = 1_000_000.0


class Base(unittest.TestCase):
    def setUp(self):
        patch = mock.patch("trainctl_agent.daemon.notices.time.time", lambda: NOW)
        patch.start()
        self.addCleanup(patch.stop)
        self.told, self.stops = [], []
        self.shared = types.SimpleNamespace(
            lock=threading.RLock(),
            notice=None,
            scheduled=None,
            checkpoint=None,
            send=self.told.append,
            save=lambda: None,
        )
        stopping = types.SimpleNamespace(
            stop=lambda by, grace: self.stops.append((by, grace)), recommend=lambda: self.stops.append("rebalance")
        )
        self.notices = Notices(self.shared, stopping, 600.0, 30.0)

    def heed(self, left, seconds=None):
        if seconds is not None:
            self.shared.checkpoint = {"seconds": seconds}
        self.notices.heed({"source": "spot", "action": "terminate", "time": iso(NOW + left)})
        return self.stops


class Heed(Base):
    def test_a_recommendation_counts_while_there_is_no_notice(self):
        answers = {}
        self.notices.imds = types.SimpleNamespace(
            notice=lambda: answers.get("notice"), rebalance=lambda: answers.get("rebalance", False), sure=True
        )
        self.notices.watch()
        self.assertEqual(self.stops, [])
        answers["rebalance"] = True
        self.notices.watch()
        self.assertEqual(self.stops, ["rebalance"])
        answers["notice"] = {"source": "spot", "action": "terminate", "time": iso(NOW + 120)}
        self.notices.watch()
        self.assertEqual(self.stops, ["rebalance", ("notice", 90.0)])

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


class Maintenance(Base):
    def notice(self, left, action="system-reboot"):
        return {"source": "maintenance", "action": action, "time": iso(NOW + left)}

    def test_is_obeyed_when_it_is_near_and_shown_until_then(self):
        weeks, hour, near = (self.notice(left) for left in (14 * 86400, 3600, 900))
        for notice in (weeks, weeks, hour):
            self.notices.heed(notice)
        self.assertEqual((self.stops, self.shared.notice), ([], None))
        self.assertEqual(self.told, [{"t": "scheduled", "notice": weeks}, {"t": "scheduled", "notice": hour}])
        self.assertEqual(self.shared.scheduled, hour)
        self.notices.heed(near)
        self.assertEqual(self.stops, [("notice", 600.0)])
        self.assertEqual((self.shared.notice, self.shared.scheduled), (near, None))
        self.assertEqual(self.told[2:], [{"t": "notice", "notice": near}])

    def test_a_long_grace_and_a_large_checkpoint_want_more_time(self):
        self.notices.grace = 3600.0
        self.assertTrue(self.notices.near(self.notice(3900)))
        self.assertFalse(self.notices.near(self.notice(3901)))
        self.shared.checkpoint = {"seconds": 100}
        self.assertTrue(self.notices.near(self.notice(4100)))

    def test_that_it_is_off_is_told_when_that_is_known(self):
        answers = {"notice": self.notice(86400)}
        imds = types.SimpleNamespace(notice=lambda: answers["notice"], rebalance=lambda: False, sure=True)
        self.notices.imds = imds
        self.notices.watch()
        answers["notice"], imds.sure = None, False
        self.notices.watch()
        self.assertIsNotNone(self.shared.scheduled)
        imds.sure = True
        self.notices.watch()
        self.notices.watch()
        self.assertEqual([event["notice"] for event in self.told], [self.notice(86400), None])

    def test_a_notice_that_stands_is_nearer(self):
        self.heed(120)
        self.notices.heed(self.notice(86400))
        self.assertEqual(len(self.told), 1)
