"""What other threads ask of the daemon's main one."""

import contextlib
import select
import signal
import socket
import threading

from ..threads import background


class MainThread:
    """It alone knows that the process still lives, so it alone sends signals; whoever wants one sent wakes it."""

    def __init__(self):
        self.signals = []
        self.wake_read, self.wake_write = socket.socketpair()
        for end in (self.wake_read, self.wake_write):
            end.setblocking(False)

    def heed_signals(self, terminated):
        """Children that end wake it, and so does the host's shutdown, which calls `terminated`."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: background(terminated, "host shutdown"))
        signal.set_wakeup_fd(self.wake_write.fileno(), warn_on_full_buffer=False)

    def wake(self):
        with contextlib.suppress(OSError):
            self.wake_write.send(b"w")

    def wait(self, seconds):
        select.select([self.wake_read], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while self.wake_read.recv(4096):
                pass

    def signal_process(self, number):
        """To the command. The answer is set when nobody heeds it."""
        unheard = threading.Event()
        self.signals.append((number, unheard))
        self.wake()
        return unheard

    def send_signals(self, training):
        """Those that were asked for."""
        while self.signals:
            number, unheard = self.signals.pop(0)
            if not training.signal(number):
                unheard.set()
