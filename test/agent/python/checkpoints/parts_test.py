import types

from support import FolderTest

from trainctl_agent.checkpoints.parts import CHUNK, Parts, file_entry


class Entries(FolderTest):
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

    def test_equal_parts_are_sent_once_and_second_names_are_not_read(self):
        sent = []
        uploads = types.SimpleNamespace(put=lambda name, *_, **__: sent.append(name))
        for name in ("a", "b", "c"):
            self.write(name, "same")
        files = [file_entry(name, 0o644, 4, 0) for name in ("a", "b", "c")]
        files[2].update(path="absent", sameAs="a", parts=files[0]["parts"])
        Parts(uploads, None, lambda: False).upload(self.folder, files)
        self.assertEqual(len(sent), 1)
        self.assertEqual({part["sha256"] for file in files for part in file["parts"]}, {sent[0][-64:]})

    def test_only_parts_of_the_newest_manifest_are_surely_there(self):
        parts = Parts(types.SimpleNamespace(), None, lambda: False)
        parts.have = {"old"}
        parts.keep([{"path": "a", "parts": [{"sha256": "x", "bytes": 1}]}, {"path": "link", "link": "a"}])
        self.assertEqual(parts.have, {"x"})

    def test_parts_that_are_lost_are_sent_again(self):
        parts = Parts(types.SimpleNamespace(), None, lambda: False)
        parts.have = {"x", "y"}
        parts.lost(["x", "z"])
        self.assertEqual(parts.have, {"y"})
