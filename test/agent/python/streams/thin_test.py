import unittest

from trainctl_agent.streams.thin import Thin, some


class Room(unittest.TestCase):
    def test_all_lines_are_taken_until_they_are_too_many(self):
        now = [0.0]
        thin = Thin(lambda: now[0])
        self.assertTrue(thin.takes(50_000))
        self.assertFalse(thin.takes(1))
        now[0] = 1.0
        self.assertTrue(thin.takes(5000))
        self.assertFalse(thin.takes(1))
        # What is not taken spends nothing.
        now[0] = 2.0
        self.assertFalse(thin.takes(6000))
        self.assertTrue(thin.takes(5000))


class Some(unittest.TestCase):
    def of(self, lines, **more):
        data = b"".join(line + b"\n" for line in lines) + b"cut"
        picked = dict(some(data, data.rfind(b"\n"), **more))
        for number, line in picked.items():
            self.assertEqual(lines[number - 1], line)
        return sorted(picked)

    def test_the_last_and_the_first_where_it_is_wanted(self):
        lines = [b"%d" % n for n in range(100)]
        self.assertEqual(self.of(lines), list(range(93, 101)))
        self.assertEqual(self.of(lines, first=True), [1, *range(93, 101)])

    def test_the_odd_ones_a_few_of_each_kind(self):
        lines = [b"%d" % n for n in range(100)]
        lines[0], lines[50] = b"NaN", b"NaN -inf NaN"
        self.assertEqual(self.of(lines)[:2], [1, 51])
        self.assertEqual(self.of([b"nan"] * 100), [1, 2, 3, 4, *range(93, 101)])

    def test_few_lines_are_all_of_them(self):
        for count in range(1, 8):
            self.assertEqual(self.of([b"x"] * count), list(range(1, count + 1)))
