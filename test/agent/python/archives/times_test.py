import gzip
import hashlib
import os
import shutil
from unittest import mock

from support import FolderTest

from trainctl_agent.archives.times import fetch_times, set_folder_times, set_times
from trainctl_agent.errors import AgentError


class Times(FolderTest):
    def fetch(self, text, sha256=None):
        packed = self.write("sent", gzip.compress(text))
        with mock.patch("trainctl_agent.archives.times.download", lambda url, path: shutil.copy(packed, path)):
            wanted = {"url": "", "sha256": sha256 or hashlib.sha256(text).hexdigest()}
            try:
                return fetch_times(wanted, self.path("times.gz"))
            finally:
                self.assertFalse(os.path.exists(self.path("times.gz")))

    def time(self, path):
        return os.lstat(self.path(path)).st_mtime_ns

    def test_read_from_what_was_sent(self):
        self.assertEqual(fetch_times(None, self.path("times.gz")), {})
        self.assertEqual(self.fetch(b"5 a b\0" + b"7 c/d\0"), {"a b": 5, "c/d": 7})
        with self.assertRaises(AgentError) as caught:
            self.fetch(b"5 a\0", "0" * 64)
        self.assertEqual(caught.exception.code, "corrupt")

    def test_links_have_their_own_and_what_is_not_there_is_passed_over(self):
        self.write("a")
        self.link("link", "a")
        set_times(self.folder, {"a": 5_000_000_000, "link": 7_000_000_000, "none": 9})
        self.assertEqual((self.time("a"), self.time("link")), (5_000_000_000, 7_000_000_000))

    def test_folders_alone_and_not_those_of_a_restored_checkpoint(self):
        for path in ("src/a", "ckpt/deep/a"):
            self.write(path)
        before = [self.time(path) for path in ("src/a", "ckpt", "ckpt/deep")]
        names = ("src", "src/a", "ckpt", "ckpt/deep")
        set_folder_times(self.folder, dict.fromkeys(names, 5000000000), "ckpt")
        self.assertEqual(self.time("src"), 5_000_000_000)
        self.assertEqual([self.time(path) for path in ("src/a", "ckpt", "ckpt/deep")], before)
