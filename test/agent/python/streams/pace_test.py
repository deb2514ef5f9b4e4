import unittest

from trainctl_agent.streams.pace import WINDOW, outlook, pace


class Pace(unittest.TestCase):
    def test_is_unknown_until_two_steps_are(self):
        self.assertIsNone(pace([], 100))
        self.assertIsNone(pace([(100, 7)], 100))
        self.assertEqual(pace([(100, 7), (104, 9)], 104), (2.0, 4))

    def test_goes_by_what_was_measured_last(self):
        slow = [(100.0 * n, n) for n in range(5)]
        fast = [(400.0 + n, 4 + n) for n in range(1, int(WINDOW) + 2)]
        self.assertEqual(pace(slow + fast, fast[-1][0])[0], 1.0)

    def test_two_steps_count_however_slow_they_are(self):
        self.assertEqual(pace([(0, 0), (5000, 1), (9000, 2)], 9000), (4000.0, 4000))

    def test_begins_anew_where_the_steps_did(self):
        self.assertEqual(pace([(0, 900), (1, 1000), (50, 400), (60, 405)], 60), (2.0, 10))
        self.assertIsNone(pace([(0, 900), (1, 1000), (50, 400)], 50))

    def test_one_that_stands_still_becomes_slower(self):
        history = [(0, 0), (1, 1), (2, 2)]
        self.assertEqual(pace(history, 3)[0], 1.0)
        self.assertEqual(pace(history, 104)[0], 51.0)

    def test_clocks_that_stand_say_nothing(self):
        self.assertIsNone(pace([(5, 1), (5, 2)], 5))


class Outlook(unittest.TestCase):
    def test_the_end_is_seen_from_the_last_step(self):
        known = outlook([(100, 10), (110, 20)], 100, 111)
        self.assertEqual(known, {"steps": 100, "etaAt": 190.0, "measuredSeconds": 10, "stepSeconds": 1.0})

    def test_is_none_without_a_total_and_none_at_the_end(self):
        self.assertEqual(outlook([(100, 10), (110, 20)], None, 111), {})
        self.assertEqual(outlook([(100, 10), (110, 20)], 20, 111), {"steps": 20})
        self.assertEqual(outlook([], 20, 111), {"steps": 20})

    def test_never_lies_in_the_past(self):
        self.assertGreaterEqual(outlook([(100, 10), (101, 11)], 12, 5000)["etaAt"], 5000)
