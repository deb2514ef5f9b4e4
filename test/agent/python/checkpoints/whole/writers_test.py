import ctypes
import mmap
import os
import subprocess
import sys
import unittest

from support import FolderTest

from trainctl_agent.checkpoints.whole.watch import Moment, Watch
from trainctl_agent.checkpoints.whole.writers import goes_on, process_name, writers


@unittest.skipUnless(os.path.isdir("/proc/self/fd"), "needs /proc")
class Writers(FolderTest):
    def key(self, path):
        info = os.stat(self.path(path))
        return info.st_dev, info.st_ino

    def test_open_for_writing_and_not_for_reading(self):
        for name in ("read", "written", "both", "appended", "closed"):
            self.write(name, "x")
        appending = set()
        with open(self.path("read"), "rb"), open(self.path("written"), "wb"), open(self.path("both"), "r+b"), open(
            self.path("appended"), "ab"
        ):
            found = writers([os.getpid()], appending=appending)
        for name in ("read", "written", "both", "appended", "closed"):
            self.assertEqual(self.key(name) in found, name in ("written", "both", "appended"), name)
        self.assertEqual(appending, {self.key("appended")})

    def test_by_another_process_and_by_nobody_that_is_gone(self):
        code = "import sys; f = open(sys.argv[1], 'w'); print('open', flush=True); sys.stdin.read()"
        args = [sys.executable, "-c", code, self.path("w")]
        with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            self.assertEqual(writers([child.pid]), {self.key("w"): child.pid})
            self.assertIn("pid %d" % child.pid, process_name(child.pid))
            self.assertTrue(goes_on(child.pid))
            child.stdin.close()
        self.assertEqual(writers([child.pid]), {})
        self.assertFalse(goes_on(child.pid))
        self.assertEqual(process_name(child.pid), "pid %d" % child.pid)

    def test_mapped_so_that_writes_reach_the_file(self):
        self.write("m", "x" * 4096)
        # The module mmap keeps a descriptor of its own.
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        flags = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED
        with open(self.path("m"), "r+b") as file:
            where = libc.mmap(None, ctypes.c_size_t(4096), *flags, file.fileno(), ctypes.c_long(0))
        self.addCleanup(libc.munmap, ctypes.c_void_p(where), ctypes.c_size_t(4096))
        self.assertNotIn(self.key("m"), writers([os.getpid()]))
        mapped = set()
        self.assertIn(self.key("m"), writers([os.getpid()], mapped))
        self.assertEqual(mapped, {self.key("m")})
        # What is written so may change no time and no size.
        watch = Watch(self.folder, lambda: [os.getpid()], lambda _: False)
        self.assertTrue(watch.was_mapped(watch.moment().seen))

    def test_a_watch_remembers_who_was_seen_and_when_it_was_closed(self):
        watch = Watch(self.folder, lambda: [os.getpid()], lambda _: False)
        with open(self.path("w"), "wb"):
            moment = watch.moment()
            self.assertEqual(moment.open("w"), os.getpid())
            self.assertNotIn(self.key("w"), watch.closed)
        self.assertIsNone(watch.moment().open("w"))
        self.assertIn(self.key("w"), watch.opened)
        self.assertIn(self.key("w"), watch.closed)

    def test_a_moment_knows_files_by_device_and_inode(self):
        self.write("a", "x")
        device, inode = self.key("a")
        seen = {"a": ("file", 0o644, 1, 0, inode)}
        self.assertIsNone(Moment(self.folder, seen, {(device + 1, inode): 1}).open("a"))
        self.assertEqual(Moment(self.folder, seen, {(device, inode): 1}).open("a"), 1)
        self.assertIsNone(Moment(self.folder, seen, None).open("a"))

    def test_who_had_a_file_that_was_closed_goes_on_or_has_ended(self):
        watch = Watch(self.folder, list, lambda _: False)
        self.write("w", "x")
        code = "import sys; f = open(sys.argv[1], 'r+b'); print('open', flush=True); sys.stdin.read()"
        args = [sys.executable, "-c", code, self.path("w")]
        with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            watch.writers(pids=[child.pid])
            watch.finished("w")
            self.assertEqual(watch.cut, set())
            child.stdin.close()
        watch.finished("w")
        self.assertEqual(watch.cut, {"w"})
