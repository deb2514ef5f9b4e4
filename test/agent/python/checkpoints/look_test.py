import os

from support import FolderTest

from trainctl_agent.checkpoints.look import empty, files_of, look, scan


class Look(FolderTest):
    def test_files_folders_and_links_that_are_not_followed(self):
        self.write("a/b", "123", 0o640)
        self.link("a/out", "/etc")
        os.mkfifo(self.path("pipe"))
        found = scan(self.folder)
        self.assertEqual(sorted(found), ["a", "a/b", "a/out"])
        self.assertEqual(found["a/b"][:3], ("file", 0o640, 3))
        self.assertEqual(found["a/out"], ("link", 0, 0, 0, "/etc"))
        self.assertEqual(list(files_of(found)), ["a/b"])

    def test_a_change_shows(self):
        before = look(self.write("x/a", "1") and self.folder)
        self.write("x/b", "2")
        os.replace(self.path("x/b"), self.path("x/a"))
        self.assertNotEqual(look(self.folder), before)

    def test_folders_alone_are_nothing(self):
        os.makedirs(self.path("a/b"))
        self.assertTrue(empty(look(self.folder)))
        self.link("a/l", "b")
        self.assertFalse(empty(look(self.folder)))
        self.assertEqual(look(self.path("absent")), {})
