import random
import unittest

from trainctl_agent.outputs.limit import LIMIT, within


class Limit(unittest.TestCase):
    def test_the_smallest_first(self):
        self.assertEqual(within({"big": 90, "a": 5, "b": 10}, 20), (["a", "b"], ["big"], []))
        self.assertEqual(within({"a": 1, "empty": 0}, 0), (["empty"], ["a"], []))
        self.assertEqual(within({}, 5), ([], [], []))

    def test_too_many_files_leave_by_whole_folders_the_fullest_first(self):
        sizes = dict({"data/%d" % i: 1 for i in range(10)}, model=50, **{"plots/%d" % i: 1 for i in range(3)})
        kept, over, many = within(sizes, 1000, most=5)
        self.assertEqual(sorted(kept), ["model", "plots/0", "plots/1", "plots/2"])
        self.assertEqual((over, len(many)), ([], 10))

    def test_a_directory_of_small_results_is_kept(self):
        kept, over, many = within({"r/%d.txt" % i: 5 for i in range(50000)}, LIMIT)
        self.assertEqual((len(kept), over, many), (50000, [], []))

    def test_nothing_is_kept_beyond_the_limit_and_nothing_is_forgotten(self):
        for seed in range(100):
            rng = random.Random(seed)
            sizes = {"%d/%d" % (rng.randrange(4), i): rng.randrange(50) for i in range(rng.randrange(40))}
            limit, most = rng.randrange(400), rng.randrange(1, 40)
            kept, over, many = within(sizes, limit, most)
            self.assertEqual(sorted(kept + over + many), sorted(sizes))
            self.assertLessEqual(sum(sizes[path] for path in kept), limit)
            self.assertLessEqual(len(kept), most)
