import types
import unittest

from trainctl_agent.outputs.progress import UploadProgress


class Progress(unittest.TestCase):
    def test_at_most_once_a_second_and_when_all_are_done(self):
        said = []
        progress = UploadProgress(types.SimpleNamespace(send=said.append), 100)
        for number in range(99):
            progress.sent({"index": 0, "name": str(number)})
        progress.failed(1, "no")
        self.assertEqual(said[0], {"t": "upload", "done": 0, "total": 100})
        self.assertEqual(said[-1], {"t": "upload", "done": 100, "total": 100})
        self.assertLess(len(said), 10)
        self.assertEqual((len(progress.listing), progress.failures), (99, {1: ["no"]}))
