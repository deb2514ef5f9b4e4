import signal
import threading
import types
import unittest
from unittest import mock

from trainctl_agent.daemon.stopping import Stopping

NOW = 1_000_000.0


class Training:
    """Notes what it is told."""

    def __init__(self, heeds=True):
        self.told, self.heeds = [], heeds
        self.term = types.SimpleNamespace(send=lambda: self.told.append("TERM"))

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
            exit=None, stopped_by=None, lease_until=NOW + 1800, set_phase=lambda phase, save: None
        )
        self.looks = []
        ends = types.SimpleNamespace(before=lambda number, _: self.looks.append((number, self.now)))
        self.checkpoints = types.SimpleNamespace(
            signal=None, stopping=threading.Event(), look=lambda: self.seen, ends=ends
        )
        main = types.SimpleNamespace(wake=lambda: None)
        self.stopping = Stopping(self.shared, self.checkpoints, main, 60.0)

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
