import unittest

from trainctl_agent.errors import AgentError
from trainctl_agent.paths import link_stays, relative


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
