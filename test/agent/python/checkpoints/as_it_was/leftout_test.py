import os
import socket
from unittest import mock

from support import FolderTest

from trainctl_agent.checkpoints.as_it_was.leftout import LeftOut, attributes
from trainctl_agent.checkpoints.look import look


class Left(FolderTest):
    def setUp(self):
        super().setUp()
        self.said, self.warned = [], []
        self.left = LeftOut(self.said.append, self.warned.append)

    def test_nothing_of_what_can_be_kept(self):
        self.write("d/a", "x", 0o400)
        os.link(self.path("d/a"), self.path("b"))
        self.link("l", "b")
        os.chmod(self.path("d"), 0o2700)
        self.left.look(self.folder, self.path("stage"))
        self.assertEqual((self.said, self.warned, self.left.words, self.left.unreadable), ([], [], [], set()))

    def test_each_kind_is_named_once(self):
        os.mkfifo(self.path("pipe"))
        os.mkfifo(self.path("pipe2"))
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(self.path("s"))
            self.left.look(self.folder, self.path("stage"))
            self.left.look(self.folder, self.path("stage"))
        self.assertEqual(
            sorted(self.said),
            ["checkpoint: 'pipe', 'pipe2': a fifo, left out", "checkpoint: 's': a socket, left out"],
        )
        os.mkfifo(self.path("pipe3"))
        self.left.look(self.folder, self.path("stage"))
        self.assertEqual(self.said[2:], ["checkpoint: 'pipe3': a fifo, left out"])
        # At once each reason is told once; what a checkpoint holds says all of it.
        self.assertEqual(sorted(self.warned), sorted(self.said[:2]))
        self.assertEqual(
            sorted(self.left.words), ["'pipe', 'pipe2', 'pipe3': a fifo, left out", "'s': a socket, left out"]
        )
        for name in ("pipe", "pipe2", "pipe3", "s"):
            os.remove(self.path(name))
        self.left.look(self.folder, self.path("stage"))
        self.assertEqual((self.left.words, len(self.said)), ([], 3))

    def test_links_that_lead_out(self):
        for links in (["b", "a"], ["a", "b"], ["c", "a"]):
            self.left.look(self.folder, self.path("stage"), links)
        outside = "a link that points out of the directory, left out"
        self.assertEqual(self.said, ["checkpoint: 'a', 'b': " + outside, "checkpoint: 'c': " + outside])
        self.assertEqual((self.warned, self.left.words), (self.said[:1], ["'a', 'c': " + outside]))

    def test_long_names_leave_room_for_the_reason(self):
        os.mkfifo(self.path("p" * 200))
        self.left.look(self.folder, self.path("stage"))
        self.assertEqual(self.said, ["checkpoint: '%s': a fifo, left out" % ("p" * 60)])

    def test_many_are_counted(self):
        for number in range(9):
            os.mkfifo(self.path("p%d" % number))
        self.left.look(self.folder, self.path("stage"))
        self.assertEqual(self.said, ["checkpoint: 'p0', 'p1', 'p2' and 6 more: a fifo, left out"])

    def test_a_second_name_outside(self):
        self.write("c/a", "x")
        os.link(self.path("c/a"), self.path("outside"))
        self.left.look(self.path("c"), self.path("stage"))
        self.assertIn("'a': also a name outside of the directory", self.said[0])

    def test_the_second_names_of_an_upload_are_none(self):
        self.write("c/a", "x")
        os.makedirs(self.path("stage"))
        os.link(self.path("c/a"), self.path("stage/a"))
        self.left.look(self.path("c"), self.path("stage"))
        self.assertEqual(self.said, [])

    def test_what_may_not_be_read_is_left_out_and_the_rest_is_not(self):
        self.write("closed", "x")
        self.write("open", "x")
        self.write("folder/a", "x")
        closed = {self.path("closed"), self.path("folder")}
        with mock.patch("os.access", lambda path, _: path not in closed):
            self.left.look(self.folder, self.path("stage"))
        self.assertEqual(self.said, ["checkpoint: 'closed', 'folder': may not be read, left out"])
        self.assertEqual(self.left.unreadable, {"closed", "folder"})

    def test_owners_special_bits_and_attributes(self):
        self.write("a", "x", 0o4755)
        with mock.patch("os.geteuid", lambda: os.getuid() + 1):
            self.left.look(self.folder, self.path("stage"))
        text = "\n".join(self.said)
        self.assertIn("of another user", text)
        self.assertIn("'a': its setuid, setgid or sticky bit is not kept", text)
        with mock.patch("os.listxattr", lambda *_, **__: ["security.selinux", "user.note"], create=True):
            self.assertEqual(attributes(self.path("a")), ["user.note"])
            self.left.look(self.folder, self.path("stage"))
        self.assertIn("extended attributes are not kept (user.note)", self.said[-1])


class Closed(FolderTest):
    def test_a_folder_that_may_not_be_read_keeps_nothing_else_from_being_seen(self):
        self.write("closed/a", "x")
        self.write("open/b", "x")
        real = os.scandir

        def scandir(path):
            if path == self.path("closed"):
                raise PermissionError(13, "Permission denied")
            return real(path)

        with mock.patch("os.scandir", scandir):
            self.assertEqual(sorted(look(self.folder)), ["closed", "open", "open/b"])
