import signal
import threading
import types
import unittest
from unittest import mock

from trainctl_agent.daemon.stopping import PATIENCE, Stopping

NOW = 1_000_000.0


class Training:
    """Notes what it is told."""

    def __init__(self, heeds=True):
        self.told, self.heeds = [], heeds
        self.term = types.SimpleNamespace(send=self.send)
        self.patience = None

    def send(self, patience, unheard):
        if "TERM" not in self.told:
            self.term.before()
        self.told.append("TERM")
        self.patience, self.unheard = patience, unheard

    def kill(self):
        self.told.append("KILL")

    def signal(self, number):
        self.told.append(number)
        return self.heeds


class Endings(unittest.TestCase):
    def setUp(self):
        self.now, self.seen = NOW, {}
        patch = mock.patch("trainctl_agent.daemon.stopping.time.time", lambda: self.now)
        patch.start()
        self.addCleanup(patch.stop)
        self.shared = types.SimpleNamespace(
            exit=None,
            stopped_by=None,
            lease=types.SimpleNamespace(left=lambda: NOW + 1800 - self.now),
            set_phase=lambda phase, save: None,
        )
        self.looks = []
        ends = types.SimpleNamespace(before=lambda number, _: self.looks.append((number, self.now)))
        self.checkpoints = types.SimpleNamespace(
            signal=None,
            stopping=threading.Event(),
            look=lambda: self.seen,
            unchanged=lambda before: before is not None and before == self.seen,
            ends=ends,
        )
        main = types.SimpleNamespace(wake=lambda: None)
        self.files, self.polls, self.heard = [], False, False
        asked = types.SimpleNamespace(stop=lambda *said: self.files.append(said), stop_heard=lambda: self.heard)
        polling = types.SimpleNamespace(stop=lambda: self.polls)
        self.stopping = Stopping(self.shared, self.checkpoints, main, 60.0, asked, polling)

    def told(self, training, at):
        self.now = NOW + at
        self.stopping.tend(training)
        return training.told

    def test_nothing_until_somebody_asks_or_the_lease_is_over(self):
        training = Training()
        self.assertEqual(self.told(training, 1799), [])
        self.assertEqual(self.told(training, 1800), ["TERM"])
        self.assertEqual((self.shared.stopped_by, self.stopping.kill_at), ("lease", NOW + 1860))
        self.assertEqual(self.told(training, 1860)[-1], "KILL")

    def test_the_first_who_asks_is_named_and_the_kill_only_comes_nearer(self):
        self.stopping.stop("notice", 30)
        self.stopping.stop("stop", 100)
        self.assertEqual(self.stopping.kill_at, NOW + 30)
        self.stopping.stop("stop", 0)
        self.assertEqual((self.stopping.kill_at, self.shared.stopped_by), (NOW, "notice"))
        self.assertTrue(self.checkpoints.stopping.is_set())

    def test_who_writes_is_looked_at_right_before_term_and_before_kill(self):
        training = Training()
        self.stopping.stop("stop", 30)
        for at in (1, 2, 3, 30):
            self.told(training, at)
        self.assertEqual(self.looks, [(signal.SIGTERM, NOW + 1), (signal.SIGKILL, NOW + 30)])

    def test_the_stop_file_comes_first_and_once_for_each_deadline(self):
        training = Training()
        training.send = lambda *_: self.assertEqual(self.files, [("deadline", NOW + 60)])
        training.term.send = training.send
        self.stopping.stop("stop", 60, "deadline")
        self.assertEqual(self.files, [])
        self.told(training, 0)
        self.told(training, 1)
        self.stopping.stop("notice", 10)
        training.term.send = lambda *_: None
        self.told(training, 2)
        self.assertEqual(self.files[1:], [("deadline", NOW + 11)])

    def test_its_reason_is_who_asked_where_nobody_says_another(self):
        self.stopping.stop("notice", 60)
        self.told(Training(), 0)
        self.assertEqual(self.files, [("notice", NOW + 60)])

    def test_who_looks_for_the_file_is_left_alone_for_most_of_the_grace(self):
        self.stopping.stop("stop", 60)
        training = Training()
        self.told(training, 1)
        self.assertEqual(training.patience, 0.0)
        self.polls = True
        self.told(training, 2)
        self.assertEqual(training.patience, NOW + PATIENCE * 60)

    def test_half_of_the_time_after_term_it_is_known_whether_anything_was_saved(self):
        for change, unheard in (({}, True), ({"model": 1}, False)):
            with self.subTest(unheard=unheard):
                self.setUp()
                self.stopping.stop("stop", 60)
                training = Training()
                for at in (10, 34):
                    self.told(training, at)
                    self.assertFalse(training.unheard)
                self.seen = change
                self.told(training, 35)
                self.assertEqual(training.unheard, unheard)
                # What comes later may be the answer of those who were told then.
                self.seen = {"other": 1}
                self.told(training, 36)
                self.assertEqual(training.unheard, unheard)

    def test_a_folder_that_cannot_be_looked_at_says_nothing(self):
        self.seen = None
        self.stopping.stop("stop", 60)
        training = Training()
        self.told(training, 10)
        self.told(training, 59)
        self.assertFalse(training.unheard)

    def test_a_recommendation_is_in_the_file_and_ends_nothing(self):
        self.stopping.recommend()
        self.stopping.recommend()
        training = Training()
        self.assertEqual(self.told(training, 1), [])
        self.assertEqual(self.files, [("rebalance", None)])
        self.stopping.stop("notice", 60)
        self.told(training, 1)
        self.assertEqual(self.files[1:], [("notice", NOW + 61)])
        self.stopping.recommend()
        self.assertEqual(len(self.files), 2)

    def test_a_recommendation_was_followed_by_who_reads_the_file(self):
        self.assertIsNone(self.stopping.stopped_by(1))
        self.stopping.recommend()
        self.assertEqual([self.stopping.stopped_by(code) for code in (0, 1)], [None, None])
        self.polls = True
        self.assertEqual([self.stopping.stopped_by(code) for code in (0, 143, None)], [None, "rebalance", "rebalance"])
        self.polls, self.heard = False, True
        self.assertEqual(self.stopping.stopped_by(0), "rebalance")
        self.shared.stopped_by = "notice"
        self.assertEqual(self.stopping.stopped_by(0), "notice")

    def test_not_after_the_exit(self):
        self.shared.exit = {"code": 0}
        self.stopping.stop("stop", 0)
        self.assertIsNone(self.stopping.kill_at)

    def test_a_signal_goes_first_and_term_when_the_directory_is_still(self):
        self.checkpoints.signal = 10
        training = Training()
        self.stopping.stop("stop", 60)
        self.assertEqual(self.told(training, 0), [10])
        self.seen = {"a": 1}
        self.assertEqual(self.told(training, 5), [10])
        self.assertEqual(self.told(training, 5.9), [10])
        self.assertEqual(self.told(training, 6), [10, "TERM"])
        self.seen = {"a": 2}
        self.assertEqual(self.told(training, 6.1), [10, "TERM", "TERM"])

    def test_term_at_half_of_the_grace_or_at_once_when_nobody_heeds_the_signal(self):
        self.checkpoints.signal = 10
        self.stopping.stop("stop", 60)
        training = Training()
        self.assertEqual(self.told(training, 0), [10])
        self.assertEqual(self.told(training, 29), [10])
        self.assertEqual(self.told(training, 30), [10, "TERM"])
        self.stopping.signalled, self.stopping.termed = None, False
        self.assertEqual(self.told(Training(heeds=False), 31), [10, "TERM"])
