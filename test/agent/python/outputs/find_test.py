import os

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.outputs.find import find_files


class FindFiles(FolderTest):
    def find(self, source, own=False):
        self.problems = []
        found = find_files(self.folder, source, own, self.problems.append)
        return sorted((os.path.relpath(real, self.folder), name) for real, name in found)

    def test_names_below_the_destination(self):
        for path in ("outputs/a", "out/x/b"):
            self.write(path)
        self.assertEqual(self.find("outputs"), [("outputs/a", "outputs/a")])
        self.assertEqual(self.find("out/"), [("out/x/b", "outputs/out/x/b")])
        self.assertEqual(self.find("out", own=True), [("out/x/b", "x/b")])
        self.assertEqual(self.find("out/x/b"), [("out/x/b", "outputs/b")])
        self.assertEqual(self.find("out/x/b", own=True), [("out/x/b", "b")])
        self.assertEqual(len(self.find(".")), 2)
        self.assertEqual(self.find("absent"), [])

    def test_links_are_followed_inside_the_code_alone(self):
        self.write("data/w", "1")
        self.write("out/a")
        self.link("out/in", "../data/w")
        self.link("out/etc", "/etc/passwd")
        self.link("out/folder", "../data")
        self.assertEqual(self.find("out", own=True), [("data/w", "in"), ("out/a", "a")])
        self.assertEqual(len(self.problems), 2)
        self.assertIn("output out: the link 'etc' leads to no file", " ".join(self.problems))
        with self.assertRaises(AgentError):
            self.find("../x")
