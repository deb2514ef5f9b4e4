import types
from unittest import mock

from support import FolderTest

from trainctl_agent.daemon.last_word import keep, last_word, log_tail
from trainctl_agent.files import read_json


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
            exit={"code": 1, "signal": None, "stoppedBy": "stop"},
            problems=["p"],
            warnings=["w"],
            notice=None,
            checkpoint={"step": 3, "key": "k", "bytes": 1, "seconds": 2, "why": "exit", "at": "x"},
        )
        final = last_word(shared, "tail", [], {"outputsLost": None, "notKept": {"files": 1}})
        self.assertEqual((final["warnings"], final["notKept"]), (["w"], {"files": 1}))
        self.assertNotIn("outputsLost", final)
        self.assertEqual((final["code"], final["stoppedBy"], final["logBytes"]), (1, "stop", 5))
        self.assertEqual(final["checkpoint"], {"step": 3, "key": "k", "bytes": 1})

    def test_a_full_disk_is_told_by_false(self):
        self.write("state/x")
        self.write("tmp/left")
        with mock.patch("trainctl_agent.daemon.last_word.write_json", side_effect=OSError(28, "full")):
            self.assertFalse(keep(self.folder, {}))
        self.assertTrue(keep(self.folder, {"code": 0}))
        self.assertEqual(read_json(self.path("state/final.json")), {"code": 0})
