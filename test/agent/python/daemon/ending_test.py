import time
import unittest
from unittest import mock

from trainctl_agent.daemon.ending import METRICS_SECONDS, Ending


class EndingTest(unittest.TestCase):
    def setUp(self):
        self.daemon = mock.MagicMock(directory="/none", request={"command": "x", "outputs": []})
        self.daemon.shared = mock.MagicMock(stopped_by=None)
        self.ending = Ending(self.daemon)

    def test_the_exit_is_told_whatever_is_wrong_with_the_command(self):
        for error in (ValueError("embedded null byte"), OSError(), RecursionError()):
            with mock.patch("trainctl_agent.daemon.ending.windows_warning", side_effect=error) as asked:
                self.ending.name_line_ends(1)
            self.assertEqual(asked.call_count, 1)
        self.daemon.shared.warn.assert_not_called()

    def test_metrics_are_read_for_some_seconds_before_the_last_checkpoint_gets_its_step(self):
        seen = []
        self.daemon.shared.metrics.finish = lambda until=0: seen.append(until - time.time())
        self.daemon.checkpoints.last_one = lambda why: seen.append(why)
        with mock.patch("trainctl_agent.daemon.ending.background"):
            self.ending.upload()
        self.assertAlmostEqual(seen[0], METRICS_SECONDS, delta=2)
        self.assertEqual(seen[1], "exit")
