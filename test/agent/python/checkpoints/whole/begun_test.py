import unittest

from trainctl_agent.checkpoints.whole.begun import Begun


def look(**files):
    """{path: (size, epoch seconds)}; `__` in a name is a slash."""
    return {
        path.replace("__", "/"): ("file", 0o644, size, int(mtime * 1e9), 7) for path, (size, mtime) in files.items()
    }


class FilesJustBegun(unittest.TestCase):
    def setUp(self):
        self.begun = Begun()

    def see(self, now, **files):
        self.begun.see(look(**files), now, 1000 + now)
        return self.begun.paths()

    def test_an_emptied_file_is_waited_for(self):
        self.assertEqual(self.see(1, model=(5, 1001), optimizer=(5, 1001)), [])
        self.assertEqual(self.see(2, model=(0, 1002), optimizer=(5, 1001)), ["model"])
        self.assertEqual(self.see(3, model=(0, 1002), optimizer=(5, 1001)), ["model"])
        self.assertEqual(self.see(3.5, model=(5, 1003), optimizer=(5, 1001)), [])

    def test_and_so_is_a_new_one(self):
        self.assertEqual(self.see(2, a=(5, 1000), folder__model=(0, 1002)), ["folder/model"])

    def test_not_for_long_and_not_what_was_empty_before(self):
        self.assertEqual(self.see(2, model=(0, 1002)), ["model"])
        self.assertEqual(self.see(4, model=(0, 1002)), [])
        self.assertEqual(self.see(5, model=(5, 1005)), [])
        self.assertEqual(self.see(6, model=(0, 1006)), ["model"])
        self.assertEqual(self.see(7, done=(0, 900)), [])

    def test_a_file_that_is_empty_in_every_save_holds_up_none(self):
        self.assertEqual(self.see(2, a__done=(0, 1002)), ["a/done"])
        self.assertEqual(self.see(4, a__done=(0, 1002)), [])
        self.assertEqual(self.see(4.5, a__done=(0, 1002), b__done=(0, 1004)), [])

    def test_a_clock_that_was_set_holds_up_nothing_for_longer(self):
        self.assertEqual(self.see(2, model=(0, 9999)), ["model"])
        self.assertEqual(self.see(4, model=(0, 9999)), [])


class LeftEmpty(unittest.TestCase):
    def left(self, kept, before=None, went_on=False, seen=()):
        begun = Begun()
        for at, files in seen:
            begun.see(look(**files), at, 1000 + at)
        begun.fill(look(**(before or {})))
        return begun.left(look(**kept), 1100, lambda path: went_on)

    def test_one_that_was_emptied_right_before_the_end(self):
        self.assertEqual(self.left({"last": (0, 1099)}, {"last": (9, 1090)}), "last")

    def test_seen_empty_once_more_it_still_had_content(self):
        begun = Begun()
        for files in ({"last": (9, 1090)}, {"last": (0, 1099)}):
            begun.fill(look(**files))
        self.assertEqual(begun.left(look(last=(0, 1099)), 1100, lambda path: False), "last")

    def test_a_new_one_with_the_suffix_of_others_that_have_content(self):
        kept = {"step-1.pt": (9, 1050), "step-2.pt": (0, 1099)}
        self.assertEqual(self.left(kept), "step-2.pt")

    def test_a_mark_is_empty_for_good(self):
        self.assertIsNone(self.left({"model.pt": (9, 1099), "done": (0, 1099)}))
        seen = [(2, {"a.pt": (0, 1002)}), (4, {"a.pt": (0, 1002)})]
        self.assertIsNone(self.left({"model.pt": (9, 1099), "b__a.pt": (0, 1099)}, seen=seen))

    def test_one_that_is_empty_for_long_or_after_which_the_training_went_on(self):
        before = {"last": (9, 1080)}
        self.assertIsNone(self.left({"last": (0, 1090)}, before))
        self.assertIsNone(self.left({"last": (0, 1099)}, before, went_on=True))
