import unittest

from trainctl_agent.checkpoints.whole.siblings import incomplete, not_begun


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

    def test_shards_are_told_apart_by_their_numbers(self):
        older = [("checkpoint-3/model-00001-of-00002", 10), ("checkpoint-3/model-00002-of-00002", 11)]
        self.assertEqual(incomplete(seen(*older, ("checkpoint-4/model-00001-of-00002", 50)), 55), "checkpoint-4")


class NotBegun(unittest.TestCase):
    def look(self, *paths):
        return {path.rstrip("/"): ("dir" if path.endswith("/") else "file", 0, 1, 0, 1) for path in paths}

    def test_the_folder_of_a_save_that_has_not_begun(self):
        older = ["checkpoint-300/", "checkpoint-300/model", "checkpoint-300/rng/", "checkpoint-300/rng/0"]
        newer = ["checkpoint-450/", "checkpoint-450/rng/", "checkpoint-450/logs/"]
        found = not_begun(self.look(*older, *newer))
        self.assertEqual(found, {"checkpoint-450", "checkpoint-450/rng", "checkpoint-450/logs"})

    def test_is_no_empty_folder_of_another_kind_or_before_others(self):
        empty = ["logs/", "version_0/", "version_1/", "version_1/x", "rank_0/", "rank_0/x", "rank_1/"]
        self.assertEqual(not_begun(self.look(*empty)), set())
