import os

from support import FolderTest

from trainctl_agent.checkpoints.whole.leavings import Left, left


class WentOn(FolderTest):
    def went_on(self, told, moved_on_at, when=0.0):
        info = os.stat(self.write("a", "x"))
        return Left(info, False, told, info.st_mtime + moved_on_at).went_on(info.st_mtime + when if when else 0.0)

    def test_by_the_order_that_the_kernel_tells_and_else_by_the_clock(self):
        # A line may be dated before the end of the write that it followed; and a thread writes on while lines come.
        self.assertTrue(self.went_on(True, -0.01))
        self.assertFalse(self.went_on(False, 1.0))
        self.assertTrue(self.went_on(None, 1.0))
        self.assertFalse(self.went_on(None, 0.0))

    def test_and_after_that_time(self):
        self.assertFalse(self.went_on(True, 1.0, when=2.0))
        self.assertFalse(self.went_on(None, 1.0, when=2.0))
        self.assertTrue(self.went_on(None, 3.0, when=2.0))


class Leavings(FolderTest):
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

    def test_a_directory_that_was_renamed_as_a_whole(self):
        self.write("new/model", "x")
        info = os.stat(self.path("new/model"))
        while os.stat(self.write("clock", "y")).st_mtime_ns <= info.st_mtime_ns:
            pass
        os.rename(self.path("new"), self.path("c"))
        self.assertTrue(left(self.path("c"), ["model"])["model"].renamed)
        while os.stat(self.write("clock", "y")).st_mtime_ns <= os.stat(self.path("c")).st_ctime_ns:
            pass
        self.write("c/model", "y")
        self.assertFalse(left(self.path("c"), ["model"])["model"].renamed)

    def test_what_was_cut_is_smaller_than_before(self):
        self.write("c/model", "x" * 9000)

        def short(before, cut=("model",)):
            return left(self.path("c"), ["model"], cut=cut, sizes={"model": before})["model"].short

        self.assertTrue(short(10100))
        # By a few digits of its numbers.
        self.assertFalse(short(9900))
        self.assertFalse(short(10100, cut=()))
