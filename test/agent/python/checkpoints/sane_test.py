import unittest

from trainctl_agent.checkpoints.sane import kept_time, path_fault, size_fault, time_fault


class Sane(unittest.TestCase):
    def test_paths_that_a_disk_takes(self):
        for path in ("a", "a/b c", "\u00fc" * 127, "a\udcff", "x" * 255, "/".join(["x" * 200] * 20)):
            self.assertIsNone(path_fault(path), path[:20])
        for path in ("x" * 256, "\u00fc" * 128, "/".join(["x" * 200] * 21), "\ud800"):
            self.assertIsNotNone(path_fault(path), path[:20].encode("ascii", "replace"))

    def test_sizes(self):
        for size in (0, 1, 2**50):
            self.assertIsNone(size_fault(size))
        for size in (-1, 1.0, 1e308, 10**308, float("nan"), None, True, "1"):
            self.assertIsNotNone(size_fault(size), size)

    def test_what_is_kept_of_a_time_is_one(self):
        for seconds in (0, -1, 9_999_999_999, 2**40, -(2**40)):
            kept = kept_time(seconds * 10**9 + 1)
            self.assertIsNone(time_fault(kept / 1e9), seconds)
            self.assertEqual(kept == seconds * 10**9 + 1, abs(seconds) < 10**11)

    def test_times(self):
        for mtime in (None, 0, -1.5, 1_700_000_000, 4e9):
            self.assertIsNone(time_fault(mtime))
        for mtime in (1e308, float("nan"), float("inf"), 10**400, True, "now"):
            self.assertIsNotNone(time_fault(mtime), mtime)
