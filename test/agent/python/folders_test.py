import os

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.folders import make_parents, replace_dir, temp_dir


class Folders(FolderTest):
    def test_a_finished_folder_takes_the_place_of_what_was_there(self):
        for old in (None, "file", "folder"):
            if old == "file":
                self.write("target", "old")
            elif old == "folder":
                self.write("target/old", "old")
            fresh = temp_dir(self.folder, "code")
            with open(os.path.join(fresh, "new"), "w", encoding="ascii") as file:
                file.write("new")
            replace_dir(fresh, self.path("target"))
            self.assertEqual(os.listdir(self.path("target")), ["new"])
            self.assertEqual(sorted(os.listdir(self.folder)), ["target", "tmp"])
            if old is None:
                os.unlink(self.path("target/new"))
                os.rmdir(self.path("target"))

    def test_parents_are_real_folders(self):
        self.assertEqual(make_parents(self.folder, "a/b/c"), self.path("a/b/c"))
        self.assertTrue(os.path.isdir(self.path("a/b")))
        self.write("file")
        self.link("link", "a")
        for path in ("file/x", "link/x"):
            with self.assertRaises(AgentError) as caught:
                make_parents(self.folder, path)
            self.assertEqual(caught.exception.code, "hostile")
