import os

from support import FolderTest

from trainctl_agent.files import read_json, remove, write_atomic, write_json


class Files(FolderTest):
    def test_written_whole_with_the_mode_and_nothing_beside(self):
        write_atomic(self.path("a"), b"one", 0o640)
        write_atomic(self.path("a"), b"two")
        self.assertEqual(self.read("a"), "two")
        self.assertEqual(os.stat(self.path("a")).st_mode & 0o777, 0o600)
        self.assertEqual(os.listdir(self.folder), ["a"])

    def test_a_failure_leaves_what_was_there(self):
        os.mkdir(self.path("a"))
        with self.assertRaises(OSError):
            write_atomic(self.path("a"), b"two")
        self.assertEqual(os.listdir(self.folder), ["a"])

    def test_json_back_and_forth_and_none_for_what_is_broken(self):
        write_json(self.path("a"), {"b": [1]})
        self.assertEqual(read_json(self.path("a")), {"b": [1]})
        self.assertIsNone(read_json(self.write("broken", '{"b":')))
        self.assertIsNone(read_json(self.path("absent")))

    def test_removes_trees_that_forbid_it_and_links_but_not_what_they_lead_to(self):
        self.write("kept/file", "x")
        self.write("tree/closed/file", "x")
        os.chmod(self.path("tree/closed"), 0o500)
        self.link("tree/link", self.path("kept"))
        self.link("link", self.path("kept"))
        for name in ("tree", "link", "absent"):
            remove(self.path(name))
        self.assertEqual(os.listdir(self.folder), ["kept"])
        self.assertEqual(self.read("kept/file"), "x")
