import unittest

from trainctl_agent.training.last_lines import last_lines, redact


class Tail(unittest.TestCase):
    def test_lines(self):
        self.assertEqual(last_lines("a\nbb\nccc\n", 6), "ccc")
        self.assertEqual(last_lines("x" * 10, 4), "xxxx")
        self.assertLessEqual(len(last_lines("ü" * 10, 5).encode()), 5)

    def test_redact(self):
        self.assertEqual(redact("k=abcd abcdef", {"A": "abcd", "B": "abcdef", "C": "k"}), "k=[secret A] [secret B]")
