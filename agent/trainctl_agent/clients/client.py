"""One attached connection."""

import contextlib
import queue
import socket
import threading
import time

from ..json_lines import to_json


class Client:
    """One attached connection: its events go out by a thread of its own, so that a slow one holds up nobody."""

    def __init__(self, sock, shared):
        self.sock, self.shared, self.queue = sock, shared, queue.Queue()
        self.done = threading.Event()

    def write(self):
        seen, beaten = None, time.monotonic()
        try:
            while True:
                event = None
                with contextlib.suppress(queue.Empty):
                    event = self.queue.get(timeout=0.25)
                if event == "close":
                    return
                if event is not None:
                    self.lines(event if isinstance(event, list) else [event])
                now, figures = time.monotonic(), self.shared.figures()
                if self.shared.exit and self.shared.uploads:
                    # Whoever waits for the last uploads sees whether they get anywhere.
                    figures["sent"] = self.shared.uploads.sent
                if self.shared.final is None and ((figures != seen and now - beaten >= 1) or now - beaten >= 10):
                    self.line(dict(figures, **self.shared.outlook(), t="beat"))
                    seen, beaten = figures, now
        except OSError:
            return
        finally:
            self.done.set()
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def line(self, event):
        self.lines([event])

    def lines(self, events):
        """All at once: who is served in the moment in which the daemon ends hears all, or nothing and asks again."""
        self.sock.sendall(b"".join(to_json(event).encode() + b"\n" for event in events))
