import unittest

from trainctl_agent.checkpoints.whole.vanished import Vanished


def look(*paths):
    return dict.fromkeys(paths, ("file", 0o644, 1, 0, 1))


class VanishedTest(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.vanished = Vanished(lambda: self.now)

    def see(self, *looks):
        """One a second; returns what vanished just now, by the last of them."""
        for paths in looks:
            self.now += 1
            self.vanished.see(look(*paths))
        return self.vanished.just_now(look(*looks[-1]))

    def test_a_file_that_is_removed_to_be_written_anew(self):
        self.assertEqual(
            self.see(["last/model", "last/state"], ["last/model", "last/state"], ["last/state"]), ["last/model"]
        )
        self.assertEqual(self.see([]), ["last/model", "last/state"])
        self.assertEqual(self.see(["last/model", "last/state"]), [])

    def test_not_for_ever(self):
        self.see(["model", "state"], ["model", "state"], ["model", "state"])
        self.assertEqual(self.see(["state"], ["state"], ["state"]), ["model"])
        self.assertEqual(self.see(["state"]), [])

    def test_older_ones_of_a_kind_are_removed_for_good(self):
        self.assertEqual(self.see(["c-1/m", "c-2/m"], ["c-2/m"]), [])
        self.assertEqual(self.see([]), ["c-#/m"])

    def test_a_file_that_is_seldom_there_is_no_part_of_a_save(self):
        self.see(["model"], ["model", "model.bak"], ["model"], ["model"])
        self.assertEqual(self.see(["model", "model.bak"], ["model"]), [])

    def test_nor_is_the_one_before_that_is_kept_until_the_new_one_is_written(self):
        self.assertEqual(self.see(["model"], ["model.bak"], ["model", "model.bak"], ["model.bak"], ["model"]), [])

    def test_what_is_to_be_renamed_is_none(self):
        self.assertEqual(self.see(["model.part"], []), [])
