import io
import os
import tarfile

from support import FolderTest

from trainctl_agent.archives.untar import untar
from trainctl_agent.errors import AgentError


def archive(*members):
    """A tar of (name, type, content or link target)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, more in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            if kind == tarfile.REGTYPE:
                info.size = len(more)
                tar.addfile(info, io.BytesIO(more))
            else:
                info.linkname = more
                tar.addfile(info)
    return io.BytesIO(out.getvalue())


class Untar(FolderTest):
    def test_files_folders_and_links(self):
        stream = archive(
            ("a", tarfile.DIRTYPE, ""),
            ("a/b", tarfile.REGTYPE, b"12"),
            ("c", tarfile.SYMTYPE, "a/b"),
            ("d", tarfile.LNKTYPE, "a/b"),
        )
        self.assertEqual(untar(stream, self.folder), (3, 2))
        self.assertEqual((self.read("c"), self.read("d")), ("12", "12"))

    def test_hostile_archives(self):
        link = ("l", tarfile.SYMTYPE, "a")
        for members in (
            [("../x", tarfile.REGTYPE, b"")],
            [("/x", tarfile.REGTYPE, b"")],
            [("l", tarfile.SYMTYPE, "../x")],
            [("l", tarfile.SYMTYPE, "/etc")],
            [link, ("l/x", tarfile.REGTYPE, b"")],
            [("x", tarfile.LNKTYPE, "absent")],
            [("x", tarfile.FIFOTYPE, "")],
            [("x", tarfile.DIRTYPE, ""), ("x", tarfile.REGTYPE, b"")],
            [("x", tarfile.REGTYPE, b""), ("x", tarfile.DIRTYPE, "")],
        ):
            os.makedirs(self.path("fresh"))
            with self.assertRaises(AgentError) as caught:
                untar(archive(*members), self.path("fresh"))
            self.assertEqual(caught.exception.code, "hostile", members)
            os.rename(self.path("fresh"), self.path("done-%d" % len(os.listdir(self.folder))))
