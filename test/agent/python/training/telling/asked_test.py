import json
import os

from support import FolderTest

from trainctl_agent.training.telling.asked import Asked, checkpoint_file, stop_file


class Files(FolderTest):
    def setUp(self):
        super().setUp()
        self.asked = Asked(self.folder)
        self.asked.open()

    def said(self, file):
        with open(file, encoding="ascii") as text:
            return json.load(text)

    def test_nothing_is_asked_at_a_start_whatever_was_there(self):
        self.asked.stop("notice", 12.5)
        self.asked.checkpoint()
        self.write("asked/stop.json.heard")
        Asked(self.folder).open()
        self.assertEqual(os.listdir(self.path("asked")), [])

    def test_an_end_has_a_reason_and_a_deadline(self):
        self.asked.stop("budget", 1_900_000_000.123456)
        self.assertEqual(self.said(stop_file(self.folder)), {"reason": "budget", "deadline": 1_900_000_000.123})
        self.asked.stop("rebalance", None)
        self.assertEqual(self.said(stop_file(self.folder)), {"reason": "rebalance", "deadline": None})
        self.assertEqual(os.listdir(self.path("asked")), ["stop.json"])

    def test_each_ask_for_a_checkpoint_has_a_number(self):
        for number in (1, 2):
            self.asked.checkpoint()
            self.assertEqual(self.said(checkpoint_file(self.folder))["number"], number)
            self.assertFalse(self.asked.checkpoint_answered())
            self.asked.checkpoint_over()
            self.assertTrue(self.asked.checkpoint_answered())
        self.asked.checkpoint_over()

    def test_what_cannot_be_written_costs_no_more_than_the_file(self):
        os.rmdir(self.path("asked"))
        self.asked.stop("stop", 1.0)
        self.asked.checkpoint()
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_the_helper_says(self):
        self.assertEqual((self.asked.helper_polls(), self.asked.stop_heard()), (False, False))
        self.write("asked/stop.json.polled")
        self.assertEqual((self.asked.helper_polls(), self.asked.stop_heard()), (True, False))
        self.write("asked/stop.json.heard")
        self.assertTrue(self.asked.stop_heard())
