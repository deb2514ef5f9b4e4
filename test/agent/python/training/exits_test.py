import unittest

from trainctl_agent.training.exits import ending_of


class EndingOf(unittest.TestCase):
    def test_code_or_signal(self):
        self.assertEqual(ending_of(0), (0, None))
        self.assertEqual(ending_of(3 << 8), (3, None))
        self.assertEqual(ending_of(9), (None, "SIGKILL"))
        self.assertEqual(ending_of(11 | 0x80), (None, "SIGSEGV"))
        self.assertEqual(ending_of(33), (None, "SIG33"))
