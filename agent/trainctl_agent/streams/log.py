"""The log: what the process writes to stdout and stderr."""

import errno
import os
import select
import threading
import time

from .mask import Mask


class Log:
    """Copies what the process writes to stdout and stderr into one file, byte for byte but for the values of secrets,
    in the order in which it arrives, and remembers the end of stderr."""

    def __init__(self, path, out, err, secrets=None):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.size, self.ring, self.lost = os.fstat(self.fd).st_size, bytearray(), 0
        self.out, self.err = out, err
        # Each its own: what one of them writes does not stand between two halves of a value of the other.
        self.masks = {out: Mask(secrets), err: Mask(secrets)}
        self.over, self.done = threading.Event(), threading.Event()

    def run(self):
        """Until both pipes are closed by all who hold them, or, once the process is over, nothing comes for 0.5 s."""
        open_pipes = [self.out, self.err]
        for fd in open_pipes:
            os.set_blocking(fd, False)
        try:
            while open_pipes:
                ready, _, _ = select.select(open_pipes, [], [], 0.5)
                if not ready and self.over.is_set():
                    return
                for fd in ready:
                    try:
                        piece = os.read(fd, 65536)
                    except BlockingIOError:
                        continue
                    if not piece:
                        open_pipes.remove(fd)
                        self.keep(fd, self.masks[fd].rest())
                    else:
                        self.keep(fd, self.masks[fd].feed(piece))
        finally:
            for fd in open_pipes:
                self.keep(fd, self.masks[fd].rest())
            self.done.set()

    def keep(self, fd, piece):
        if fd == self.err:
            self.ring = (self.ring + piece)[-65536:]
        self.write(piece)

    def write(self, piece):
        """A full disk makes the process wait for up to 30 s, then costs the bytes, and is told."""
        view, until = memoryview(piece), time.monotonic() + 30
        while view:
            try:
                written = os.write(self.fd, view)
                view, self.size = view[written:], self.size + written
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EINTR) or time.monotonic() > until:
                    self.lost += len(view)
                    return
                time.sleep(0.5)

    def finish(self):
        """Waits for the last bytes; a process that escaped with the pipes in its hands cannot hold this up."""
        self.over.set()
        self.done.wait(5)
