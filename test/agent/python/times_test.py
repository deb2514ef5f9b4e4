import unittest

from trainctl_agent.times import iso, parse_iso


class Iso(unittest.TestCase):
    def test_with_milliseconds_in_utc(self):
        self.assertEqual(iso(0), "1970-01-01T00:00:00.000Z")
        self.assertEqual(iso(1_800_000_000.25), "2027-01-15T08:00:00.250Z")

    def test_back(self):
        self.assertEqual(parse_iso("2027-01-15T08:00:00Z"), 1_800_000_000)
        self.assertEqual(parse_iso("2027-01-15T08:00:00.999Z"), 1_800_000_000)
