import threading
import types
import unittest

from trainctl_agent.transfers.errors import Transient
from trainctl_agent.transfers.questions import Questions


class Asking(unittest.TestCase):
    def setUp(self):
        self.said, self.answers = [], []
        self.shared = types.SimpleNamespace(lock=threading.RLock(), asking={}, send=self.heard)

    def heard(self, event):
        """Whoever is attached: answers at once, by the lines of the test."""
        self.said.append(event)
        for answer in self.answers:
            self.questions.hear(dict(answer, id=event["id"]))

    def ask(self, wanted, *answers, patience=5.0):
        self.questions, self.answers = Questions(self.shared, lambda: float("inf"), patience), answers
        return self.questions.ask({"t": "large", "bytes": 6 << 30}, wanted)

    def test_urls_come_in_several_lines(self):
        first = {"t": "parts", "first": 1, "count": 3, "urls": ["a", "b"]}
        more = {"t": "parts", "first": 3, "count": 3, "urls": ["c"]}
        self.assertEqual(self.ask("parts", first, more)["urls"], ["a", "b", "c"])
        # Somebody new begins anew; a line out of order says nothing.
        self.assertEqual(self.ask("parts", first, first, more, more)["urls"], ["a", "b", "c"])
        self.assertEqual(self.ask("parts", more, first, more)["urls"], ["a", "b", "c"])
        self.assertEqual(self.said[0], {"t": "large", "bytes": 6 << 30, "id": "1"})
        self.assertEqual(self.shared.asking, {})

    def test_a_refusal(self):
        with self.assertRaisesRegex(ValueError, "it cannot be uploaded in parts: too many"):
            self.ask("joined", {"t": "refused", "why": "too many"})

    def test_nobody_answers_or_says_something_else(self):
        for answers in ((), ({"t": "joined"},), ({"t": "parts", "first": 1, "count": 2, "urls": ["a"]},)):
            with self.assertRaisesRegex(Transient, r"6.0 GiB is too large .* nobody gave URLs"):
                self.ask("parts", *answers, patience=0.05)
        self.assertEqual(self.shared.asking, {})

    def test_an_answer_to_no_question_is_forgotten(self):
        questions = Questions(self.shared, lambda: 0.0, 0.0)
        questions.hear({"t": "joined", "id": "9"})
        self.assertEqual(questions.answers, {})
