import unittest

from trainctl_agent.checkpoints.manifest import Damaged, check_manifest, make_manifest

PART = {"sha256": "0" * 64, "bytes": 3}
FILE = {"path": "a/b", "mode": 0o644, "size": 3, "mtime": 1.0, "parts": [PART]}
LINK = {"path": "a/link", "link": "b"}
MANIFEST = {"format": 1, "dirs": ["a"], "files": [FILE, LINK]}


class CheckManifest(unittest.TestCase):
    def damaged(self, **change):
        with self.assertRaises(Damaged, msg=change) as caught:
            check_manifest(dict(MANIFEST, **change))
        return str(caught.exception)

    def damaged_file(self, **change):
        return self.damaged(files=[dict(FILE, **change), LINK])

    def test_a_whole_one(self):
        self.assertIs(check_manifest(MANIFEST), MANIFEST)

    def test_another_format(self):
        self.assertEqual(self.damaged(format=2), "its format is 2, this agent knows 1")

    def test_paths_that_lead_out_or_are_doubled(self):
        for path in ("../x", "/x", "a/../../x"):
            self.assertTrue(self.damaged_file(path=path).startswith("hostile"), path)
            self.assertTrue(self.damaged(dirs=["a", path]).startswith("hostile"), path)
        for path in ("", "a//b", "./a", "a/link"):
            self.damaged_file(path=path)
        for target in ("/etc", "../../x", ""):
            self.assertIn("hostile: link", self.damaged(files=[FILE, dict(LINK, link=target)]))

    def test_sizes_hashes_and_modes(self):
        for change in ({"size": 4}, {"size": "3"}, {"mode": "644"}, {"parts": []}):
            self.damaged_file(**change)
        self.damaged_file(parts=[dict(PART, sha256="x")])
        for count in (-3, 0, 3.0, True, None):
            self.damaged_file(parts=[dict(PART, bytes=count)])

    def test_what_is_not_there(self):
        for manifest in ({"format": 1}, dict(MANIFEST, files=[7]), dict(MANIFEST, files=[{"path": "a", "size": 0}])):
            with self.assertRaisesRegex(Damaged, "its manifest lacks what it must hold"):
                check_manifest(manifest)


class MakeManifest(unittest.TestCase):
    def test_what_is_written_is_what_is_read(self):
        request = {"run": "digits", "attempt": 2, "node": 0, "grants": {}, "instance": "i-1"}
        told = {"number": 3, "step": None, "suspect": "a/b was being written"}
        made = make_manifest(request, told, "periodic", [FILE, LINK], ["b", "a"])
        self.assertIs(check_manifest(made), made)
        self.assertRegex(made.pop("createdAt"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        told.update(run="digits", instance="i-1", attempt=2, node=0, why="periodic", format=1, bytes=3)
        self.assertEqual(made, dict(told, files=[FILE, LINK], dirs=["a", "b"]))
