import unittest

from trainctl_agent.transfers.retries import backoff


class Backoff(unittest.TestCase):
    def test_doubles_with_jitter_up_to_15_seconds(self):
        for attempt, most in ((0, 0.5), (1, 1), (2, 2), (5, 15), (50, 15)):
            for _ in range(50):
                self.assertTrue(most / 2 <= backoff(attempt) <= most)
