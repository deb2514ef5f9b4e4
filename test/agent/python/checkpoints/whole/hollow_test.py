import unittest

from trainctl_agent.checkpoints.whole.hollow import hollow


def file(size, at):
    return ("file", 0o644, size, int(at * 1e9), 1)


class Hollow(unittest.TestCase):
    def test_one_that_was_emptied_right_before_the_end(self):
        left, before = {"last.json": file(0, 99)}, {"last.json": file(9, 90)}
        self.assertEqual(hollow(left, before, 100, 0), "last.json")

    def test_a_new_one_with_the_suffix_of_others_that_have_content(self):
        left = {"step-1.pt": file(9, 50), "step-2.pt": file(0, 99)}
        self.assertEqual(hollow(left, {}, 100, 0), "step-2.pt")

    def test_a_mark_is_empty_for_good(self):
        left = {"model.pt": file(9, 99), "done": file(0, 99)}
        self.assertIsNone(hollow(left, {"done": file(0, 90)}, 100, 0))
        self.assertIsNone(hollow(left, {}, 100, 0))

    def test_one_that_is_empty_for_long_or_after_which_the_training_went_on(self):
        left, before = {"last.json": file(0, 90)}, {"last.json": file(9, 80)}
        self.assertIsNone(hollow(left, before, 100, 0))
        left = {"last.json": file(0, 99)}
        self.assertIsNone(hollow(left, before, 100, 99.5))
