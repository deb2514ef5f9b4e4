import threading
import types
import unittest

from trainctl_agent.checkpoints.asking import Asking
from trainctl_agent.verbs.checkpoint import outcome


class Wishes(unittest.TestCase):
    def setUp(self):
        self.shared = types.SimpleNamespace(lock=threading.RLock(), answered=None)
        self.asking = Asking(self.shared)

    def outcome(self, wish, phase="training"):
        return outcome({"phase": phase, "answered": self.shared.answered}, wish)

    def test_an_answer_is_that_to_all_wishes_before_it(self):
        self.asking.ask()
        self.asking.ask()
        wish = self.asking.take_up()
        self.asking.ask()
        self.assertTrue(self.asking.wished.is_set())
        self.assertEqual(self.outcome(1), (None, None))
        self.asking.answer(wish, {"step": 8})
        self.assertEqual([self.outcome(n) for n in (1, 2, 3)], [({"step": 8}, None)] * 2 + [(None, None)])

    def test_the_rest_is_refused_when_nobody_takes_one_any_more(self):
        self.asking.refuse_rest("over")
        self.assertIsNone(self.shared.answered)
        self.asking.ask()
        self.asking.refuse_rest("over")
        self.assertEqual(self.outcome(1), (None, "over"))

    def test_an_end_and_an_older_agent_are_reasons(self):
        self.assertEqual(self.outcome(1, "uploading"), (None, "the process has ended"))
        self.assertIn("older release", self.outcome(None)[1])
        self.assertIn("nothing trains", self.outcome(None, "final")[1])
