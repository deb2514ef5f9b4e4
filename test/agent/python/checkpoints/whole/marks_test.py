import unittest

from trainctl_agent.checkpoints.whole.marks import Mark, below, renamed


class Marks(unittest.TestCase):
    def test_what_was_open_is_in_the_middle_once_it_is_written(self):
        mark = Mark({"a"}, {"b", "c"}, {"new"}, True)
        mark.closes("c", False)
        for path in ("b", "c"):
            mark.written(path)
        self.assertEqual(
            [mark.open(path) for path in ("a", "b", "c", "new/model", "newer")], [True, True, False, True, False]
        )

    def test_what_was_opened_later_and_closed_by_a_writer_came_later(self):
        mark = Mark(set(), set(), set(), True)
        for path in ("read", "written"):
            mark.opens(path)
        mark.closes("read", False)
        mark.closes("written", True)
        mark.closes("before", True)
        self.assertEqual([mark.later(path) for path in ("read", "written", "before")], [False, True, False])

    def test_what_was_being_written_and_then_written_anew(self):
        mark = Mark({"a", "b", "c"}, {"a", "b", "c"}, set(), True)
        for path in ("a", "b"):
            mark.closes(path, True)
            mark.opens(path)
        mark.closes("a", True)
        # By a second writer, beside the first one.
        mark.opens("c")
        mark.closes("c", True)
        self.assertEqual([mark.anew(path) for path in ("a", "b", "c")], [True, False, False])

    def test_what_is_in_a_folder_that_was_renamed_came_later_as_well(self):
        mark = Mark(set(), set(), set(), True)
        mark.written("checkpoint-8")
        self.assertTrue(mark.later("checkpoint-8/model"))
        mark.rename("checkpoint-8", "best")
        self.assertEqual((mark.later("best/model"), mark.later("checkpoint-8/model")), (True, False))

    def test_paths(self):
        self.assertTrue(below("a/b", "a") and below("a", "a"))
        self.assertFalse(below("ab", "a"))
        self.assertEqual([renamed(path, "a", "z") for path in ("a", "a/b", "ab")], ["z", "z/b", "ab"])
