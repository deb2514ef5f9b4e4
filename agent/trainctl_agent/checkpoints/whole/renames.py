"""What was renamed into place, as the kernel tells it (inotify)."""

import contextlib
import ctypes
import os
import struct
import threading

CLOSE_WRITE, MOVED_FROM, MOVED_TO, OVERFLOW, IGNORED = 0x8, 0x40, 0x80, 0x4000, 0x8000
ONLY_FOLDERS = 0x01000000
EVENT = struct.Struct("iIII")

MOST_FOLDERS = 500


class Renames:
    """Of a directory. Times of files do not show it: their clock has the same reading for the last write and a rename
    right after it. Where nobody tells, nothing was renamed."""

    def __init__(self, root):
        self.root, self.lock = root, threading.Lock()
        # {watch: folder}, and the paths that were renamed to what they are, and not written since.
        self.folders, self.moved = {}, set()
        self.libc = self.fd = None
        with contextlib.suppress(OSError, AttributeError):
            self.libc = ctypes.CDLL(None, use_errno=True)
            fd = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            self.fd = fd if fd >= 0 else None

    def follow(self, seen):
        """The directory as it was seen: from now on each folder of it is followed."""
        if self.fd is None or seen is None:
            return
        with self.lock:
            self.read()
            folders = ["", *sorted(path for path, value in seen.items() if value[0] == "dir")]
            for folder in folders[:MOST_FOLDERS]:
                full = os.fsencode(os.path.join(self.root, folder))
                mask = CLOSE_WRITE | MOVED_FROM | MOVED_TO | ONLY_FOLDERS
                watch = self.libc.inotify_add_watch(self.fd, full, mask)
                if watch >= 0:
                    self.folders[watch] = folder

    def now(self):
        """Paths of the files and folders that were renamed to what they are, and not written since."""
        with self.lock:
            if self.fd is not None:
                self.read()
            return set(self.moved)

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                data, at = os.read(self.fd, 65536), 0
                while at < len(data):
                    watch, mask, _, length = EVENT.unpack_from(data, at)
                    name = data[at + EVENT.size : at + EVENT.size + length].rstrip(b"\0")
                    self.hear(watch, mask, os.fsdecode(name))
                    at += EVENT.size + length

    def hear(self, watch, mask, name):
        if mask & OVERFLOW:
            self.moved.clear()
        elif mask & IGNORED:
            self.folders.pop(watch, None)
        elif watch in self.folders:
            path = os.path.join(self.folders[watch], name)
            if mask & MOVED_TO:
                self.moved.add(path)
            else:
                self.moved.discard(path)
