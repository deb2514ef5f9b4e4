import threading
import types
import unittest
from unittest import mock

from trainctl_agent.checkpoints.report import checkpoint_event, report, report_failure, told_of, words

CHECKPOINT = {"step": 5, "number": 2, "at": "t", "key": "k", "bytes": 7, "seconds": 1.5, "why": "asked", "files": []}


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
        told = dict(CHECKPOINT, t="checkpoint")
        del told["files"]
        self.assertEqual(checkpoint_event(CHECKPOINT), told)
        older = {name: CHECKPOINT[name] for name in ("step", "key", "bytes")}
        self.assertEqual(told_of(older), older)

    def test_a_checkpoint_is_told_kept_and_ends_a_failure(self):
        report(self.shared, CHECKPOINT)
        self.assertEqual(self.sent, [checkpoint_event(CHECKPOINT)])
        self.assertEqual((self.shared.checkpoint["key"], self.shared.failed), ("k", None))
        self.assertEqual(self.saved, [True])

    def test_a_suspect_one_is_told_as_a_failure_as_well(self):
        with mock.patch("trainctl_agent.checkpoints.report.note"):
            report(self.shared, dict(CHECKPOINT, suspect="w was open for writing"))
            report(self.shared, dict(CHECKPOINT, number=3, suspect="w was open for writing"))
        self.assertEqual(self.sent[0]["suspect"], "w was open for writing")
        self.assertEqual(self.sent[1]["message"], "checkpoint: 2 is suspect: w was open for writing")
        self.assertEqual([event["t"] for event in self.sent], ["checkpoint", "checkpoint-failed", "checkpoint"])

    def test_words(self):
        self.assertEqual(words({"step": 0, "number": 2}), "checkpoint of step 0")
        self.assertEqual(words({"step": None, "number": 2}), "checkpoint 2")

    def test_a_failure_is_told_and_not_at_any_length(self):
        with mock.patch("trainctl_agent.checkpoints.report.note"):
            report_failure(self.shared, OSError("x" * 1000))
        self.assertEqual(self.sent, [{"t": "checkpoint-failed", "message": self.shared.failed}])
        self.assertTrue(self.shared.failed.startswith("checkpoint: "))
        self.assertEqual(len(self.shared.failed), 300)
