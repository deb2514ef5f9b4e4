import hashlib

from support import FolderTest

from trainctl_agent.errors import Aborted, Changed
from trainctl_agent.sizes import MIB
from trainctl_agent.transfers.bodies import Bytes, FileRange, counted
from trainctl_agent.transfers.hashes import file_sha256, hash_range


class Bodies(FolderTest):
    def setUp(self):
        super().setUp()
        self.content = bytes(range(256)) * 4096 * 3
        self.file = self.write("file", self.content)

    def test_a_range_of_a_file(self):
        body = FileRange(self.file, 100, 2 * MIB)
        self.assertEqual(b"".join(body.pieces()), self.content[100 : 100 + 2 * MIB])
        self.assertEqual(body.digest.hexdigest(), hash_range(self.file, 100, 2 * MIB))
        self.assertEqual(file_sha256(self.file), hashlib.sha256(self.content).hexdigest())

    def test_the_last_piece_is_held_back_until_the_hash_is_right(self):
        pieces = []
        with self.assertRaises(Changed):
            for piece in FileRange(self.file, 0, len(self.content), "0" * 64).pieces():
                pieces.append(piece)
        self.assertEqual(b"".join(pieces), self.content[: 2 * MIB])
        right = FileRange(self.file, 0, len(self.content), hashlib.sha256(self.content).hexdigest())
        self.assertEqual(b"".join(right.pieces()), self.content)

    def test_a_file_that_shrank(self):
        with self.assertRaises(Changed):
            list(FileRange(self.file, 0, len(self.content) + 1).pieces())
        with self.assertRaises(Changed):
            hash_range(self.file, 1, len(self.content))

    def test_given_up(self):
        body = FileRange(self.file, 0, len(self.content))
        body.aborted = lambda: True
        with self.assertRaises(Aborted):
            list(body.pieces())

    def test_pieces_are_counted_once_they_are_taken(self):
        sent = []
        pieces = counted(Bytes(b"123"), sent.append)
        self.assertEqual(next(pieces), b"123")
        self.assertEqual(sent, [])
        self.assertEqual(list(pieces), [])
        self.assertEqual(sent, [3])
