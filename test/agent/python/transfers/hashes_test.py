import hashlib

from support import FolderTest

from trainctl_agent.errors import Changed
from trainctl_agent.transfers.hashes import file_sha256, hash_range


class Hashes(FolderTest):
    def test_of_a_file_and_of_a_part(self):
        path = self.write("a", "0123456789")
        self.assertEqual(file_sha256(path), hashlib.sha256(b"0123456789").hexdigest())
        self.assertEqual(hash_range(path, 3, 4), hashlib.sha256(b"3456").hexdigest())
        self.assertEqual(file_sha256(self.write("empty")), hashlib.sha256().hexdigest())

    def test_a_file_that_shrank(self):
        with self.assertRaises(Changed):
            hash_range(self.write("a", "0123"), 2, 3)
