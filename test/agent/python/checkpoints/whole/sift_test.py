import unittest

from trainctl_agent.checkpoints.whole.names import appended
from trainctl_agent.checkpoints.whole.sift import sift


class Moment:
    def __init__(self, paths, opened=()):
        self.seen = {path: ("dir" if path.endswith("/") else "file", 0, 0, 0, 0) for path in paths}
        self.seen = {path.rstrip("/"): value for path, value in self.seen.items()}
        self.root, self.opened = "/nonexistent", set(opened)

    def open(self, path):
        return 12 if path in self.opened else None


class Sift(unittest.TestCase):
    def sift(self, paths, opened=(), fresh=()):
        kept, written = sift(Moment(paths, opened), appended, lambda path: path in fresh)
        return sorted(kept), written

    def test_a_half_written_file_beside_a_whole_one_is_left_out(self):
        self.assertEqual(self.sift(["state", "state.tmp"], ["state.tmp"]), (["state"], []))
        self.assertEqual(self.sift(["state", "state.tmp"], [], ["state.tmp"]), (["state"], []))
        self.assertEqual(self.sift(["state", "state.tmp"]), (["state", "state.tmp"], []))

    def test_a_folder_that_is_being_written_is_left_out_as_a_whole(self):
        paths = ["checkpoint-8/", "checkpoint-8/m", ".tmp-16/", ".tmp-16/m", ".tmp-16/o"]
        self.assertEqual(self.sift(paths, [".tmp-16/o"]), (["checkpoint-8", "checkpoint-8/m"], []))

    def test_unless_there_is_nothing_else(self):
        self.assertEqual(self.sift(["state.tmp"], ["state.tmp"]), (["state.tmp"], ["state.tmp"]))

    def test_what_is_open_is_named_but_for_what_only_grows(self):
        self.assertEqual(self.sift(["w", "a.log", "x"], ["w", "a.log"]), (["a.log", "w", "x"], ["w"]))

    def test_the_folder_of_a_save_that_has_not_begun_is_left_out(self):
        paths = ["checkpoint-8/", "checkpoint-8/m", "checkpoint-16/", "logs/"]
        self.assertEqual(self.sift(paths), (["checkpoint-8", "checkpoint-8/m", "logs"], []))
