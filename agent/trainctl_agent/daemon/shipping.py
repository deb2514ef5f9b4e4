"""Log and metrics on their way to S3."""

import os
import time

from ..streams.segments import Segments


class Shipping:
    """Follows both files while the process writes them, and sends what is left at the end."""

    def __init__(self, directory, shared, uploads, deadline, over):
        self.shared, self.deadline, self.over = shared, deadline, over
        self.log = Segments(uploads, "log", os.path.join(directory, "log"))
        self.metrics = Segments(uploads, "metrics", os.path.join(shared.state_dir, "metrics.copy"))

    def ship(self):
        """New bytes of log and metrics, at most 2 s behind."""
        soon = time.time() + 10

        def deadline():
            return min(soon, self.deadline())

        self.log.ship(self.shared.log.size, deadline, self.shipped)
        # Once the process is over, the log and the last checkpoint come before them.
        self.metrics.ship(self.shared.metrics.size, deadline, go_on=lambda: not self.over.is_set())

    def shipped(self, end):
        self.shared.log_uploaded = end

    def last_log(self):
        log = self.shared.log
        try:
            self.log.ship(log.size, self.deadline, self.shipped)
        finally:
            if log.lost:
                self.shared.problem("log: %d bytes were lost because the disk was full" % log.lost)
            if self.log.uploaded < log.size:
                self.shared.problem("log: the bytes from %d to %d are not in S3" % (self.log.uploaded, log.size))
        if not self.shared.notice:
            soon = time.time() + 3
            self.log.compact(lambda: soon, 1, 2)

    def last_metrics(self):
        self.metrics.ship(self.shared.metrics.size, self.deadline)
