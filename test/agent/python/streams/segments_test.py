import unittest

from trainctl_agent.streams.segments import PIECES, SEGMENT, Segments
from trainctl_agent.transfers.errors import Transient


class Uploads:
    def __init__(self):
        self.names, self.fails = [], lambda name: False

    def put(self, name, body, _deadline):
        if self.fails(name):
            raise Transient("no")
        start, end = name.split("/")[1].split("-")
        assert (body.offset, body.length) == (int(start), int(end) - int(start))
        self.names.append((int(start), int(end)))


class Ship(unittest.TestCase):
    def setUp(self):
        self.uploads = Uploads()
        self.segments = Segments(self.uploads, "log", "/absent")

    def ship(self, *sizes):
        for size in sizes:
            self.segments.ship(size, lambda: 0.0)
        return self.uploads.names

    def test_each_begins_where_the_last_one_ended(self):
        self.assertEqual(self.ship(3, 3, 10), [(0, 3), (3, 10)])

    def test_none_is_larger_than_a_segment(self):
        self.assertEqual(
            self.ship(2 * SEGMENT + 1), [(0, SEGMENT), (SEGMENT, 2 * SEGMENT), (2 * SEGMENT, 2 * SEGMENT + 1)]
        )

    def test_small_ones_are_joined_when_they_are_large_enough_or_many(self):
        self.assertEqual(self.ship(1, SEGMENT), [(0, 1), (1, SEGMENT), (0, SEGMENT)])
        names = self.ship(*range(SEGMENT + 1, SEGMENT + PIECES + 1))
        self.assertEqual(names[-1], (SEGMENT, SEGMENT + PIECES))

    def test_a_failed_compaction_is_none(self):
        self.uploads.fails = lambda name: name.endswith("%016d-%016d" % (0, SEGMENT))
        self.assertEqual(self.ship(1, SEGMENT, SEGMENT + 1)[:3], [(0, 1), (1, SEGMENT), (SEGMENT, SEGMENT + 1)])

    def test_a_failed_segment_is_sent_again(self):
        self.uploads.fails = lambda name: True
        with self.assertRaises(Transient):
            self.ship(5)
        self.uploads.fails = lambda name: False
        self.assertEqual(self.ship(5), [(0, 5)])
