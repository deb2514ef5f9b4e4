import types
from unittest import mock

from support import FolderTest

from trainctl_agent.bounds import LAST_WORD_BYTES
from trainctl_agent.daemon.last_word import keep, last_word, log_tail
from trainctl_agent.files import read_json
from trainctl_agent.json_lines import to_json


class LastWord(FolderTest):
    def tail(self, ring, log=b""):
        path = self.write("log", log)
        return log_tail(types.SimpleNamespace(ring=bytearray(ring), size=len(log)), path, {"T": "tok-123"})

    def test_the_tail_is_stderrs_or_the_logs_without_secrets(self):
        self.assertEqual(self.tail(b"bad tok-123\n", b"out\n"), "bad [secret T]")
        self.assertEqual(self.tail(b" \n", b"out\n"), "out")
        self.assertLessEqual(len(self.tail(b"x" * 60000)), 2048)

    def test_holds_what_a_workflow_needs(self):
        shared = types.SimpleNamespace(
            figures=lambda: {"logBytes": 5},
            findings=lambda: {"notFinite": [1]},
            alerts=[{"number": 1}],
            stop_alert="loss became NaN at step 4",
            stopped_by="alert",
            exit={"code": 1, "signal": None, "stoppedBy": "stop"},
            problems=["p"],
            warnings=["w"],
            notice=None,
            checkpoint={"step": 3, "key": "k", "bytes": 1, "seconds": 2, "why": "exit", "at": "x"},
        )
        final = last_word(shared, "tail", [], {"outputsLost": None, "notKept": {"files": 1}})
        self.assertEqual((final["warnings"], final["notKept"]), (["w"], {"files": 1}))
        self.assertNotIn("outputsLost", final)
        self.assertEqual((final["code"], final["stoppedBy"], final["logBytes"]), (1, "alert", 5))
        self.assertEqual((final["notFinite"], final["alerts"]), ([1], [{"number": 1}]))
        self.assertEqual(final["stopAlert"], "loss became NaN at step 4")
        self.assertEqual(final["checkpoint"], {"step": 3, "key": "k", "bytes": 1, "at": "x"})

    def test_is_never_too_large_to_be_read(self):
        shared = types.SimpleNamespace(
            figures=lambda: {"step": 7, "metrics": {"loss": 1}},
            findings=lambda: {"notFinite": [{"name": "n" * 128}] * 12},
            alerts=[{"number": 1, "message": "ü" * 300}] * 12,
            stop_alert=None,
            stopped_by=None,
            exit={"code": 0, "signal": None, "stoppedBy": None},
            problems=["p" * 300] * 21,
            warnings=[],
            notice=None,
            checkpoint=None,
        )
        final = last_word(shared, "t" * 2048, [])
        self.assertLess(len(to_json(final)), LAST_WORD_BYTES)
        self.assertEqual((final["alerts"], final["metrics"], final["step"]), ([], {"loss": 1}, 7))

    def test_a_full_disk_is_told_by_false(self):
        self.write("state/x")
        self.write("tmp/left")
        with mock.patch("trainctl_agent.daemon.last_word.write_json", side_effect=OSError(28, "full")):
            self.assertFalse(keep(self.folder, {}))
        self.assertTrue(keep(self.folder, {"code": 0}))
        self.assertEqual(read_json(self.path("state/final.json")), {"code": 0})
