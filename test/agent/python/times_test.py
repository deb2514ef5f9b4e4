import time
import unittest
from unittest import mock

from trainctl_agent.times import iso, parse_iso, span, steady


class Iso(unittest.TestCase):
    def test_with_milliseconds_in_utc(self):
        self.assertEqual(iso(0), "1970-01-01T00:00:00.000Z")
        self.assertEqual(iso(1_800_000_000.25), "2027-01-15T08:00:00.250Z")

    def test_back(self):
        self.assertEqual(parse_iso("2027-01-15T08:00:00Z"), 1_800_000_000)
        self.assertEqual(parse_iso("2027-01-15T08:00:00.999Z"), 1_800_000_000)


class Steady(unittest.TestCase):
    def test_by_the_uptime_that_the_dead_mans_timer_reads(self):
        with mock.patch("builtins.open", mock.mock_open(read_data="5000.25 9000.75\n")):
            self.assertEqual(steady(), 5000.25)

    def test_by_the_kernels_count_where_there_is_none(self):
        for patch in ({"side_effect": FileNotFoundError()}, {"new": mock.mock_open(read_data="")}):
            with mock.patch("builtins.open", **patch):
                before = time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
                self.assertAlmostEqual(steady(), before, delta=5)


class Span(unittest.TestCase):
    def test_in_the_units_that_people_write(self):
        for seconds, words in [
            (0.5, "0.5 s"), (3, "3 s"), (60, "1 min"), (90, "90 s"), (150, "2 min 30 s"), (600, "10 min"),
            (7200, "2 h"), (5400, "1 h 30 min"),
        ]:  # fmt: skip
            self.assertEqual(span(seconds), words)
