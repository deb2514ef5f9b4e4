"""How far the upload of the outputs is."""

import threading
import time


class UploadProgress:
    """Counts files, told to whoever is attached at most once a second, and when all are done."""

    def __init__(self, shared, total):
        self.shared, self.total, self.told, self.lock = shared, total, 0.0, threading.Lock()
        self.listing, self.failures, self.missing = [], {}, 0
        shared.send({"t": "upload", "done": 0, "total": total})

    def sent(self, entry):
        with self.lock:
            self.listing.append(entry)
            self.tell()

    def gone(self):
        """A file that was removed before it was read is nobody's loss."""
        with self.lock:
            self.missing += 1
            self.tell()

    def failed(self, index, text):
        with self.lock:
            self.failures.setdefault(index, []).append(text)
            self.tell()

    def tell(self):
        done = self.missing + len(self.listing) + sum(len(texts) for texts in self.failures.values())
        if done == self.total or time.monotonic() - self.told >= 1:
            self.told = time.monotonic()
            self.shared.send({"t": "upload", "done": done, "total": self.total})
