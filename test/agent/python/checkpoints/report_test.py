import threading
import types
import unittest
from unittest import mock

from trainctl_agent.checkpoints.report import checkpoint_event, report, report_failure

CHECKPOINT = {"step": 5, "key": "k", "bytes": 7, "seconds": 1.5, "why": "interval", "files": []}


class Report(unittest.TestCase):
    def setUp(self):
        self.sent, self.saved = [], []
        self.shared = types.SimpleNamespace(
            lock=threading.Lock(),
            checkpoint=None,
            failed="before",
            send=self.sent.append,
            save=lambda: self.saved.append(True),
        )

    def test_an_event_has_what_the_protocol_names(self):
        told = {"t": "checkpoint", "step": 5, "key": "k", "bytes": 7, "seconds": 1.5, "why": "interval"}
        self.assertEqual(checkpoint_event(CHECKPOINT), told)

    def test_a_checkpoint_is_told_kept_and_ends_a_failure(self):
        with mock.patch("trainctl_agent.checkpoints.report.time.time", lambda: 0.0):
            report(self.shared, CHECKPOINT)
        self.assertEqual(self.sent, [checkpoint_event(CHECKPOINT)])
        self.assertEqual((self.shared.checkpoint["key"], self.shared.failed), ("k", None))
        self.assertTrue(self.shared.checkpoint["at"].startswith("1970-01-01T00:00:00"))
        self.assertEqual(self.saved, [True])

    def test_a_failure_is_told_and_not_at_any_length(self):
        with mock.patch("trainctl_agent.checkpoints.report.note"):
            report_failure(self.shared, OSError("x" * 1000))
        self.assertEqual(self.sent, [{"t": "checkpoint-failed", "message": self.shared.failed}])
        self.assertTrue(self.shared.failed.startswith("checkpoint: "))
        self.assertEqual(len(self.shared.failed), 300)
