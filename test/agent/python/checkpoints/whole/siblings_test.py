import unittest

from trainctl_agent.checkpoints.whole.siblings import incomplete


def seen(*files):
    return {path: ("file", 0, 1, int(at * 1e9), 1) for path, at in files}


OLDER = [("checkpoint-300/model", 10), ("checkpoint-300/optimizer", 12), ("checkpoint-300/shard-300.bin", 12)]
NEWER = [("checkpoint-450/model", 50), ("checkpoint-450/shard-450.bin", 51)]


class Siblings(unittest.TestCase):
    def test_a_newer_folder_may_get_what_the_one_before_has(self):
        self.assertEqual(incomplete(seen(*OLDER, *NEWER), 55), "checkpoint-450")

    def test_not_for_ever(self):
        self.assertIsNone(incomplete(seen(*OLDER, *NEWER), 61))

    def test_what_has_all_or_something_of_its_own_is_complete(self):
        self.assertIsNone(incomplete(seen(*OLDER, *NEWER, ("checkpoint-450/optimizer", 52)), 55))
        self.assertIsNone(incomplete(seen(*OLDER, *NEWER, ("checkpoint-450/ema", 52)), 55))

    def test_nothing_to_compare_it_with(self):
        self.assertIsNone(incomplete(seen(*NEWER, ("runs/events", 50), ("latest", 52)), 55))
