import gzip
import os

from support import FolderTest

from trainctl_agent.archives.snapshot import gunzipped, merge
from trainctl_agent.errors import AgentError


class Gunzipped(FolderTest):
    def test_whole_or_corrupt(self):
        packed = gzip.compress(os.urandom(3 << 20))
        whole = self.write("whole", packed)
        self.assertEqual(len(b"".join(gunzipped(whole))), 3 << 20)
        for name, content in (("cut", packed[:-100]), ("none", b"no gzip"), ("bad", packed[:500] + bytes(500))):
            with self.assertRaises(AgentError) as caught:
                list(gunzipped(self.write(name, content)))
            self.assertEqual(caught.exception.code, "corrupt")


class Merge(FolderTest):
    def test_what_is_there_stays(self):
        self.write("new/a", "new")
        self.write("new/deep/b", "new")
        self.write("new/deep/c", "new")
        self.write("new/checkpoints/old", "new")
        self.write("code/deep/b", "there")
        self.write("code/checkpoints/restored", "there")
        merge(self.path("new"), self.path("code"), self.path("code/checkpoints"))
        self.assertEqual([self.read("code/" + p) for p in ("a", "deep/b", "deep/c")], ["new", "there", "new"])
        self.assertEqual(os.listdir(self.path("code/checkpoints")), ["restored"])
