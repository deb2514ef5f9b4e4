import os
import types
import unittest

from support import FolderTest

from trainctl_agent.checkpoints.whole.ends import Story, doubt, left

KEY = (1, 7)


def file(mtime=90.0, key=KEY, renamed=False, size=8):
    return types.SimpleNamespace(mtime=mtime, key=key, renamed=renamed, size=size)


def story(looks=(), code=None, signal=None, asked=True, careful=False, opened=None, closed=None):
    told = Story(opened or {}, closed or {})
    told.looks, told.code, told.signal, told.asked, told.careful = list(looks), code, signal, asked, careful
    told.ended_at = 100.0
    return told


TERM = ("TERM", 99.9, {})
TERM_OPEN = ("TERM", 99.9, {KEY: 12})


class Doubt(unittest.TestCase):
    def doubt(self, files, told, moved_on_at=0.0):
        return doubt(files, told, moved_on_at)

    def test_an_end_of_its_own_choice_leaves_whole_files(self):
        for told in (
            story(code=0, asked=False),
            story(code=0, looks=[TERM], careful=True),
            story(code=143, looks=[TERM], careful=True),
            story(signal="SIGTERM", looks=[TERM], careful=True),
            story(code=143, asked="notice", looks=[("as it was left running", 100.0, {})]),
        ):
            self.assertIsNone(self.doubt({"a": file(99.99), "b": file(99.99, (1, 8))}, told))

    def test_what_was_open_when_it_was_told_to_end(self):
        for told in (story(signal="SIGTERM", looks=[TERM_OPEN]), story(code=0, looks=[TERM_OPEN], careful=True)):
            self.assertEqual(
                self.doubt({"a": file(50.0)}, told),
                "a was open for writing when the process was told to end (TERM)",
            )

    def test_unless_it_went_on_after_that_file(self):
        early = ("TERM", 60.0, {KEY: 12})
        told = story(code=0, looks=[early], careful=True)
        self.assertIsNone(self.doubt({"a": file(61.0)}, told, moved_on_at=62.0))
        self.assertIsNotNone(self.doubt({"a": file(61.0)}, told, moved_on_at=60.5))
        self.assertIsNone(self.doubt({"a": file(61.0, renamed=True)}, told))
        lived_on = story(code=0, looks=[early], careful=True, closed={KEY: 61.0})
        self.assertIsNone(self.doubt({"a": file(61.0)}, lived_on))
        killed = story(signal="SIGKILL", looks=[early, ("KILL", 99.9, {})], closed={KEY: 61.0})
        self.assertIsNotNone(self.doubt({"a": file(61.0)}, killed))

    def test_what_was_written_right_before_a_violent_end(self):
        for told, words in (
            (story(signal="SIGTERM", looks=[TERM]), "the process ended by SIGTERM"),
            (story(signal="SIGKILL", looks=[("KILL", 100.0, {})], careful=True), "the process was killed"),
            (story(signal="SIGSEGV", asked=False), "the process ended by SIGSEGV"),
            (story(code=143, looks=[TERM]), "the process ended by a signal (exit code 143)"),
            (story(code=143, asked="lease"), "the process ended by a signal (exit code 143)"),
            (story(code=137, asked=False), "the process ended by a signal (exit code 137)"),
            (story(code=1, asked=False), "the process failed (exit code 1)"),
        ):
            two = {"a": file(98.5), "b": file(20.0, (1, 8))}
            self.assertEqual(self.doubt(two, told), "a was written 1.5 s before " + words)
            self.assertIsNone(self.doubt(dict(two, a=file(97.0)), told), words)
            self.assertIsNone(self.doubt(two, told, moved_on_at=99.0), words)
            self.assertIsNone(self.doubt(dict(two, a=file(98.5, renamed=True)), told), words)

    def test_the_only_file_that_was_seen_closed_is_whole(self):
        self.assertIsNone(self.doubt({"a": file(99.8)}, story(signal="SIGTERM", looks=[TERM])))
        # One that is empty may have been about to be opened.
        self.assertIsNotNone(self.doubt({"a": file(99.8, size=0)}, story(signal="SIGTERM", looks=[TERM])))
        # Written after the look, as far as the clock of files can tell.
        self.assertIsNotNone(self.doubt({"a": file(99.88)}, story(signal="SIGTERM", looks=[TERM])))
        self.assertIsNotNone(self.doubt({"a": file(99.95)}, story(signal="SIGTERM", looks=[TERM])))
        self.assertIsNotNone(self.doubt({"a": file(99.8)}, story(signal="SIGKILL", asked=False)))

    def test_what_was_open_at_the_last_look_before_it_died(self):
        opened = {KEY: (12, 95.0)}
        self.assertEqual(
            self.doubt({"a": file(20.0)}, story(signal="SIGKILL", asked=False, opened=opened)),
            "a was open for writing when the process ended by SIGKILL",
        )
        closed = story(signal="SIGKILL", asked=False, opened=opened, closed={KEY: 97.0})
        self.assertIsNone(self.doubt({"a": file(20.0)}, closed))
        self.assertIsNone(self.doubt({"a": file(20.0)}, story(code=0, asked=False, opened=opened)))

    def test_what_was_left_running_with_a_file_open(self):
        told = story(code=0, asked=False, looks=[("as it was left running", 100.0, {KEY: 12})])
        self.assertIn("a was open for writing", self.doubt({"a": file(20.0)}, told))


class Left(FolderTest):
    def stamp(self, path, at):
        os.utime(self.path(path), (at, at))

    def test_what_was_renamed_into_place(self):
        self.write("c/plain", "x")
        self.write("c/state.tmp", "x")
        self.write("c/.tmp-8/model", "x")
        os.makedirs(self.path("c/made"))
        self.write("c/made/inside", "x")
        # Renaming changes the inode alone; a writer changes both times at once.
        for path in ("c/state.tmp", "c/.tmp-8"):
            info = os.stat(self.path(path))
            while os.stat(self.path("c/plain")).st_ctime_ns <= info.st_ctime_ns:
                os.chmod(self.path("c/plain"), 0o600)
        self.write("c/plain", "y")
        os.rename(self.path("c/state.tmp"), self.path("c/state"))
        os.rename(self.path("c/.tmp-8"), self.path("c/checkpoint-8"))
        found = left(self.path("c"), ["plain", "state", "checkpoint-8/model", "made/inside", "gone"])
        self.assertEqual(
            {path: one.renamed for path, one in found.items()},
            {"plain": False, "state": True, "checkpoint-8/model": True, "made/inside": False},
        )
        inode = os.stat(self.path("c/state")).st_ino
        self.assertFalse(left(self.path("c"), ["state"], {inode})["state"].renamed)
        self.assertTrue(left(self.path("c"), ["state"], {inode}, {"state"})["state"].renamed)

    def test_what_was_told_to_be_renamed_a_moment_after_it_was_written(self):
        self.write("c/checkpoint-8/model", "x")
        self.write("c/state", "x")
        info = os.stat(self.path("c/state"))
        while os.stat(self.path("c/checkpoint-8")).st_ctime_ns < info.st_ctime_ns:
            os.chmod(self.path("c/checkpoint-8"), 0o700)
        found = left(self.path("c"), ["state", "checkpoint-8/model"], moved={"state", "checkpoint-8"})
        self.assertEqual([one.renamed for one in found.values()], [True, True])
