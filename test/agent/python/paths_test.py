import os
import unittest

from support import FolderTest

from trainctl_agent.errors import AgentError
from trainctl_agent.paths import home, inside, link_stays, links_stay, node_dir, relative


class Links(unittest.TestCase):
    def test_stays(self):
        for path, target in (("a", "b"), ("a/b", "../c"), ("a", "."), ("a/b/c", "../../d/../e")):
            self.assertTrue(link_stays("", path, target), (path, target))
        for path, target in (
            ("a", ".."),
            ("a", "/b"),
            ("a/b", "../../c"),
            ("a", "b/../../c"),
            ("a", ""),
            ("a", "b\0c"),
        ):
            self.assertFalse(link_stays("", path, target), (path, target))

    def test_relative(self):
        self.assertEqual(relative("./a//b/"), "a/b")
        for path in ("..", "a/..", "/a", "a\0b", 7, None):
            with self.assertRaises(AgentError):
                relative(path)


class Inside(FolderTest):
    def test_below_the_folder_alone(self):
        self.assertEqual(inside(self.folder, "a//b"), self.path("a/b"))
        self.assertEqual(inside(self.folder, ""), self.folder)
        os.mkdir(self.path("a"))
        self.link("out", "/")
        self.link("in", "a")
        self.assertEqual(inside(self.folder, "in/x"), self.path("in/x"))
        for path in ("out/etc", "../x", "/x"):
            with self.assertRaises(AgentError) as caught:
                inside(self.folder, path)
            self.assertEqual(caught.exception.code, "hostile")

    def test_links_through_links(self):
        os.makedirs(self.path("a/b"))
        self.link("a/b/up", "..")
        self.link("two", "a/b/up/../..")
        self.assertIsNone(links_stay(self.folder, ["a/b/up"]))
        self.assertEqual(links_stay(self.folder, ["a/b/up", "two"]), "two")

    def test_a_node_is_below_home(self):
        self.assertEqual(node_dir({"dir": "trainctl/k/1/0"}), os.path.join(home(), "trainctl/k/1/0"))
        for value in (None, "", 7):
            with self.assertRaises(AgentError) as caught:
                node_dir({"dir": value})
            self.assertEqual(caught.exception.code, "bad-request")
