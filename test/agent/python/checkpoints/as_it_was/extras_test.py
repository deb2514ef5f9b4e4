import os

from support import FolderTest

from trainctl_agent.checkpoints.as_it_was.extras import add_extras, folders_of
from trainctl_agent.checkpoints.as_it_was.hints import check_hints
from trainctl_agent.checkpoints.look import look
from trainctl_agent.checkpoints.parts import file_entry
from trainctl_agent.sizes import MIB


class Extras(FolderTest):
    def entries(self, *names):
        return [file_entry(name, 0o644, os.path.getsize(self.path(name)), 1) for name in names]

    def test_second_names_share_the_parts_of_the_first(self):
        self.write("a", "content")
        self.write("z", "content")
        os.makedirs(self.path("d"))
        os.link(self.path("a"), self.path("d/b"))
        files = self.entries("a", "d/b", "z")
        add_extras(self.folder, self.folder, files, look(self.folder))
        self.assertEqual([entry.get("sameAs") for entry in files], [None, "a", None])
        files[0]["parts"][0]["sha256"] = "known"
        self.assertEqual(files[1]["parts"][0]["sha256"], "known")
        check_hints({"files": files, "dirs": ["d"]})

    def test_a_second_name_outside_is_no_second_name(self):
        self.write("in/a", "x")
        os.link(self.path("in/a"), self.path("out"))
        files = self.entries("in/a")
        add_extras(self.folder, self.folder, files, look(self.folder))
        self.assertNotIn("sameAs", files[0])

    def test_holes_and_times_of_links(self):
        os.truncate(self.write("sparse"), MIB)
        self.link("l", "sparse")
        os.utime(self.path("l"), ns=(5, 5_000_000_007), follow_symlinks=False)
        files = [*self.entries("sparse"), {"path": "l", "link": "sparse"}, {"path": "gone", "link": "x"}]
        add_extras(self.folder, self.folder, files, look(self.folder))
        self.assertEqual(files[0]["holes"], [[0, MIB]])
        self.assertEqual(files[1]["mtimeNs"], 5_000_000_007)
        self.assertNotIn("mtimeNs", files[2])

    def test_modes_and_times_of_folders_and_of_the_directory_itself(self):
        os.makedirs(self.path("private/deep"))
        os.chmod(self.path("private"), 0o2700)
        os.utime(self.path("private"), ns=(1, 1_000_000_001))
        os.chmod(self.folder, 0o750)
        found = folders_of(self.folder, ["private/deep", "private", "gone"])
        self.assertEqual([folder["path"] for folder in found], ["", "private", "private/deep"])
        self.assertEqual(found[0]["mode"], 0o750)
        self.assertEqual(found[1], {"path": "private", "mode": 0o2700, "mtimeNs": 1_000_000_001})
