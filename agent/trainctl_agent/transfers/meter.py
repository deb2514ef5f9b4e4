"""How far transfers are."""

import threading
import time

from ..json_lines import progress


class Meter:
    """Progress of many transfers together, at most one line a second."""

    def __init__(self, what, total):
        self.what, self.total, self.done, self.last = what, total, 0, 0.0
        self.lock = threading.Lock()

    def add(self, count):
        with self.lock:
            self.done += count
            if time.monotonic() - self.last < 1:
                return
            self.last = time.monotonic()
            progress(self.what, max(self.done, 0), self.total)
