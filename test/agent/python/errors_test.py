import unittest

from trainctl_agent.errors import AgentError, describe


class Describe(unittest.TestCase):
    def test_an_error_without_words_is_told_by_its_name(self):
        self.assertEqual(describe(ValueError("no number")), "no number")
        self.assertEqual(describe(ValueError()), "ValueError")

    def test_an_agent_error_says_its_message(self):
        error = AgentError("corrupt", "a hash differs", tail="...")
        self.assertEqual((error.code, str(error), error.tail), ("corrupt", "a hash differs", "..."))
