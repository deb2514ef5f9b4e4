import hashlib
import os
import unittest
from unittest import mock

from support import FolderTest

from trainctl_agent import sparse
from trainctl_agent.sizes import MIB
from trainctl_agent.sparse import all_hole, holes_of, outside_holes, zeros_hash
from trainctl_agent.transfers.hashes import hash_range


class Sparse(FolderTest):
    def setUp(self):
        super().setUp()
        self.file = self.write("f", b"a" * 65536)
        os.truncate(self.file, 3 * MIB)
        with open(self.file, "r+b") as file:
            file.seek(2 * MIB)
            file.write(b"b" * 65536)
        if os.stat(self.file).st_blocks * 512 >= 3 * MIB:
            self.skipTest("this file system has no holes")

    def test_where_nothing_was_written(self):
        size = 3 * MIB
        self.assertEqual(holes_of(self.file, size), [[65536, 2 * MIB - 65536], [2 * MIB + 65536, MIB - 65536]])
        self.assertEqual(holes_of(self.write("full", b"x" * 100_000), 100_000), [])
        self.assertEqual(holes_of(self.write("none"), 0), [])

    def test_the_longest_of_very_many(self):
        with mock.patch.object(sparse, "MOST", 1):
            self.assertEqual(holes_of(self.file, 3 * MIB), [[65536, 2 * MIB - 65536]])

    def test_a_system_that_cannot_say(self):
        with mock.patch.object(sparse, "KNOWN", False):
            self.assertEqual(holes_of(self.file, 3 * MIB), [])
            with open(self.file, "rb") as file:
                self.assertFalse(all_hole(file.fileno(), MIB, MIB))

    def test_a_hole_is_hashed_without_being_read(self):
        with open(self.file, "rb") as file:
            self.assertTrue(all_hole(file.fileno(), MIB, MIB))
            self.assertFalse(all_hole(file.fileno(), 0, MIB))
            self.assertFalse(all_hole(file.fileno(), MIB, MIB + 1))
            self.assertFalse(all_hole(file.fileno(), 2 * MIB + 65536, MIB), "more than the file has")
        self.assertEqual(hash_range(self.file, MIB, MIB), hashlib.sha256(bytes(MIB)).hexdigest())
        self.assertEqual(zeros_hash(MIB + 5), hashlib.sha256(bytes(MIB + 5)).hexdigest())


class OutsideHoles(unittest.TestCase):
    def written(self, holes, offset, data):
        return list(outside_holes(holes, offset, data))

    def test_zeros_in_a_hole_are_not_written(self):
        self.assertEqual(self.written([[4, 2]], 0, b"abcd\0\0gh"), [(0, b"abcd"), (6, b"gh")])
        self.assertEqual(self.written([[0, 99]], 10, bytes(8)), [])
        self.assertEqual(self.written([[0, 2], [6, 9]], 0, b"\0\0cdef\0\0"), [(2, b"cdef")])
        self.assertEqual(self.written([], 5, b"xy"), [(5, b"xy")])

    def test_what_is_not_zero_is_written_whatever_is_said(self):
        self.assertEqual(self.written([[2, 4]], 0, b"ab\0d\0fgh"), [(0, b"ab\0d\0fgh")])
        self.assertEqual(self.written([[90, 5]], 0, b"ab"), [(0, b"ab")])
