import unittest

from trainctl_agent.times import iso, parse_iso, span


class Iso(unittest.TestCase):
    def test_with_milliseconds_in_utc(self):
        self.assertEqual(iso(0), "1970-01-01T00:00:00.000Z")
        self.assertEqual(iso(1_800_000_000.25), "2027-01-15T08:00:00.250Z")

    def test_back(self):
        self.assertEqual(parse_iso("2027-01-15T08:00:00Z"), 1_800_000_000)
        self.assertEqual(parse_iso("2027-01-15T08:00:00.999Z"), 1_800_000_000)


class Span(unittest.TestCase):
    def test_in_the_units_that_people_write(self):
        for seconds, words in [
            (0.5, "0.5 s"), (3, "3 s"), (60, "1 min"), (90, "90 s"), (150, "2 min 30 s"), (600, "10 min"),
            (7200, "2 h"), (5400, "1 h 30 min"),
        ]:  # fmt: skip
            self.assertEqual(span(seconds), words)
