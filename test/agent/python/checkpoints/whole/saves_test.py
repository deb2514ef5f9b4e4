import unittest

from trainctl_agent.checkpoints.whole.saves import Saves


def seen(**times):
    return {path.replace("_DOT_", "."): ("file", 0, 1, int(at * 1e9), 1) for path, at in times.items()}


class Saved(unittest.TestCase):
    def again(self, *looks):
        saves = Saves(100.0)
        for look in looks:
            saves.note(look)
        return saves.again()

    def test_what_was_there_before_and_one_save_are_not_enough(self):
        self.assertFalse(self.again(seen(model=50), None, seen(model=90)))
        self.assertFalse(self.again(seen(model=50), seen(model=110), seen(model=110, optimizer=111.5)))

    def test_a_second_save_later(self):
        self.assertTrue(self.again(seen(model=50), seen(model=110), seen(model=113)))

    def test_what_grows_where_it_is_may_be_a_log(self):
        looks = [{"out": ("file", 0, size, int((100 + size) * 1e9), 1)} for size in (5, 10, 20)]
        self.assertFalse(self.again(*looks))
        self.assertTrue(self.again(*looks, {"out": ("file", 0, 3, int(125e9), 1)}))

    def test_logs_and_what_is_not_renamed_yet_are_no_saves(self):
        self.assertFalse(
            self.again(seen(train_DOT_log=110, model_DOT_tmp=110), seen(train_DOT_log=120, model_DOT_tmp=120))
        )
