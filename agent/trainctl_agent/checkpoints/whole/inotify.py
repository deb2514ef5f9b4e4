"""What the kernel tells of files and folders, in the order in which it happened."""

import contextlib
import ctypes
import os
import struct

MODIFY, CLOSE_WRITE, CLOSE_NOWRITE, OPEN, MOVED_FROM, MOVED_TO = 0x2, 0x8, 0x10, 0x20, 0x40, 0x80
CREATE, OVERFLOW, IGNORED = 0x100, 0x4000, 0x8000
ONLY_FOLDERS, IS_FOLDER = 0x01000000, 0x40000000
EVENT = struct.Struct("iIII")


class Inotify:
    """An event is queued before the call that caused it returns: what has been read is all that had happened."""

    def __init__(self):
        self.libc = self.fd = None
        with contextlib.suppress(OSError, AttributeError):
            self.libc = ctypes.CDLL(None, use_errno=True)
            fd = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            self.fd = fd if fd >= 0 else None

    def watch(self, path, mask):
        """The number that its events have from now on, for these alone; None where the kernel refuses."""
        if self.fd is None:
            return None
        number = self.libc.inotify_add_watch(self.fd, os.fsencode(path), mask)
        return number if number >= 0 else None

    def read(self):
        """All that is queued, as [(number, mask, cookie, name)]; no name where it is the watched thing itself."""
        found = []
        with contextlib.suppress(BlockingIOError):
            while self.fd is not None:
                data, at = os.read(self.fd, 65536), 0
                while at < len(data):
                    number, mask, cookie, length = EVENT.unpack_from(data, at)
                    name = data[at + EVENT.size : at + EVENT.size + length].rstrip(b"\0")
                    found.append((number, mask, cookie, os.fsdecode(name)))
                    at += EVENT.size + length
        return found
