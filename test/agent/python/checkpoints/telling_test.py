import threading
import types
import unittest
from unittest import mock

from trainctl_agent.checkpoints.telling import SAVES_WITHIN, Telling


class Ask(unittest.TestCase):
    def setUp(self):
        self.now, self.look, self.answered, self.polls, self.over = 0.0, "before", False, False, 0
        patch = mock.patch("trainctl_agent.checkpoints.telling.time.monotonic", lambda: self.now)
        patch.start()
        self.addCleanup(patch.stop)
        self.asked, self.sent, self.unheard = 0, [], threading.Event()

    def seconds(self, signal=None, **changes):
        """How long the training was waited for; `changes`: what becomes so, and when."""

        def ask():
            self.asked += 1

        def pause(seconds):
            self.now += seconds
            for name, (at, value) in changes.items():
                if self.now >= at:
                    setattr(self, name, value)

        def send(number):
            self.assertEqual(self.asked, 1)
            self.sent.append(number)
            return self.unheard

        files = types.SimpleNamespace(checkpoint=ask, checkpoint_answered=lambda: self.answered)
        polling = types.SimpleNamespace(checkpoint=lambda: self.polls)
        Telling(files, polling, signal, send).save(lambda: self.look, pause)
        self.assertEqual(self.asked, 1)
        return round(self.now)

    def test_nobody_who_neither_looks_nor_hears_is_waited_for(self):
        self.assertEqual(self.seconds(), 0)
        self.assertEqual(self.sent, [])

    def test_who_looks_is_waited_for_until_the_folder_changes(self):
        self.polls = True
        self.assertEqual(self.seconds(look=(7, "after")), 7)

    def test_or_until_it_has_removed_the_file(self):
        self.polls = True
        self.assertEqual(self.seconds(answered=(5, True)), 5)

    def test_and_not_for_ever(self):
        self.polls = True
        self.assertEqual(self.seconds(), SAVES_WITHIN)

    def test_a_signal_is_sent_after_the_file_and_waited_for_while_somebody_heeds_it(self):
        self.assertEqual(self.seconds(signal=10, look=(3, "after")), 3)
        self.assertEqual(self.sent, [10])

    def test_nobody_heeds_the_signal(self):
        self.unheard.set()
        self.assertEqual(self.seconds(signal=10), 0)
        self.now, self.asked, self.polls = 0.0, 0, True
        self.assertEqual(self.seconds(signal=10, look=(2, "after")), 2)
