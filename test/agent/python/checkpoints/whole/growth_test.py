import hashlib
import os

from support import FolderTest

from trainctl_agent.checkpoints.look import look
from trainctl_agent.checkpoints.whole.growth import Growth, changes


def never(_):
    return False


class ByHistory(FolderTest):
    def packed(self, content):
        grows = Growth(self.folder)
        self.write("w", content)
        parts = [{"sha256": hashlib.sha256(content.encode()).hexdigest(), "bytes": len(content)}]
        grows.keep(look(self.folder), [{"path": "w", "size": len(content), "parts": parts}])
        return grows

    def append(self, text, mode="a"):
        with open(self.path("w"), mode, encoding="utf-8") as file:
            file.write(text)

    def test_what_has_grown_and_begins_as_it_did_only_grows(self):
        grows = self.packed("one")
        grows.learn(look(self.folder), ["w"])
        self.assertFalse(grows("w"))
        self.append("two")
        grows.learn(look(self.folder), ["w"])
        self.assertTrue(grows("w"))

    def test_what_was_written_anew_does_not_however_long_it_is(self):
        grows = self.packed("one")
        self.append("other and longer", "r+")
        grows.learn(look(self.folder), ["w"])
        self.assertFalse(grows("w"))

    def test_what_shrinks_does_not_any_more(self):
        grows = self.packed("one")
        self.append("two")
        grows.learn(look(self.folder), ["w"])
        self.append("x", "w")
        grows.learn(look(self.folder), ["w"])
        self.assertFalse(grows("w"))

    def test_another_file_of_that_name_does_not(self):
        grows = self.packed("one")
        self.write("x", "one and more")
        os.replace(self.path("x"), self.path("w"))
        grows.learn(look(self.folder), ["w"])
        self.assertFalse(grows("w"))


class Changes(FolderTest):
    def test_growth_of_what_only_grows_is_none(self):
        self.write("a.log", "x")
        self.write("b", "x")
        before = look(self.folder)
        self.write("a.log", "xx")
        self.write("b", "xx")
        self.assertEqual(changes(before, look(self.folder), lambda path: path == "a.log"), ["b"])
        self.assertEqual(changes(before, look(self.folder), never), ["a.log", "b"])
        self.write("a.log", "")
        self.assertIn("a.log", changes(before, look(self.folder), lambda path: True))

    def test_what_came_and_went(self):
        self.assertEqual(changes({"a": ("dir", 0)}, {"a": ("dir", 1), "b": ("dir", 0)}, never), ["b"])
        self.assertEqual(changes({"a": ("dir", 0)}, {"a": ("file", 0, 1)}, lambda _: True), ["a"])
