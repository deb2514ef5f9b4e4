import signal
import unittest

from trainctl_agent.errors import AgentError
from trainctl_agent.training.signals import signal_number


class SignalNumber(unittest.TestCase):
    def test_with_and_without_sig(self):
        self.assertEqual(signal_number("USR1"), signal.SIGUSR1)
        self.assertEqual(signal_number("SIGUSR1"), signal.SIGUSR1)
        for name in (None, ""):
            self.assertIsNone(signal_number(name))

    def test_no_signal_of_this_host(self):
        with self.assertRaises(AgentError) as caught:
            signal_number("NOPE")
        self.assertEqual(caught.exception.code, "bad-request")
