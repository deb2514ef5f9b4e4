import types
import unittest

from trainctl_agent.checkpoints.parts import CHUNK, Parts, file_entry


class Entries(unittest.TestCase):
    def sizes(self, size):
        return [part["bytes"] for part in file_entry("a", 0o644, size, 0)["parts"]]

    def test_a_file_is_cut_into_parts(self):
        self.assertEqual(self.sizes(0), [])
        self.assertEqual(self.sizes(1), [1])
        self.assertEqual(self.sizes(CHUNK), [CHUNK])
        self.assertEqual(self.sizes(2 * CHUNK + 1), [CHUNK, CHUNK, 1])

    def test_what_the_manifest_holds_of_it(self):
        entry = file_entry("a/b", 0o600, 3, 1_500_000_000)
        part = {"sha256": "", "bytes": 3}
        self.assertEqual(
            entry, {"path": "a/b", "mode": 0o600, "size": 3, "mtime": 1.5, "mtimeNs": 1_500_000_000, "parts": [part]}
        )

    def test_only_parts_of_the_newest_manifest_are_surely_there(self):
        parts = Parts(types.SimpleNamespace(), None, lambda: False)
        parts.have = {"old"}
        parts.keep([{"path": "a", "parts": [{"sha256": "x", "bytes": 1}]}, {"path": "link", "link": "a"}])
        self.assertEqual(parts.have, {"x"})
