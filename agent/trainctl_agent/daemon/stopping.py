"""Endings that are asked for."""

import signal
import threading
import time

from ..notes import note


class Stopping:
    """Who asked first, when KILL comes, and what the process is told until then."""

    def __init__(self, shared, checkpoints, main, grace):
        self.shared, self.checkpoints, self.main, self.grace = shared, checkpoints, main, grace
        self.lock, self.kill_at, self.signalled, self.termed = threading.Lock(), None, None, False

    def stop(self, by, grace):
        """Asks the main thread to end the process; a second request can only bring the KILL nearer."""
        if self.shared.exit:
            return
        with self.lock:
            at = time.time() + grace
            self.kill_at = at if self.kill_at is None else min(self.kill_at, at)
            first = self.shared.stopped_by is None
            if first:
                self.shared.stopped_by = by
        if first:
            self.checkpoints.stopping.set()
            # `live` saves it soon: whoever sends TERM does not wait for a slow disk while the grace runs.
            self.shared.set_phase("stopping", save=False)
        self.main.wake()

    def tend(self, training):
        """What is due, while the process runs. The main thread's."""
        if self.kill_at is None:
            if time.time() >= self.shared.lease_until:
                note("the lease has run out")
                self.stop("lease", self.grace)
            else:
                return
        if time.time() >= self.kill_at:
            self.checkpoints.ends.before(signal.SIGKILL, training)
            training.kill()
        elif self.termed or self.signal_heeded(training):
            if not self.termed:
                self.checkpoints.ends.before(signal.SIGTERM, training)
            self.termed = True
            training.term.send()

    def signal_heeded(self, training):
        """With `checkpoints.signal`, a coming stop is told by it first; TERM follows when the directory has changed and
        been still for a second, when half of the grace is over, or at once when nobody heeds the signal."""
        if not self.checkpoints.signal:
            return True
        now, seen = time.time(), self.checkpoints.look()
        if self.signalled is None:
            self.signalled = {"half": now + (self.kill_at - now) / 2, "first": seen, "seen": seen, "since": now}
            if not training.signal(self.checkpoints.signal):
                self.signalled["half"] = now
        state = self.signalled
        if seen != state["seen"]:
            state.update(seen=seen, since=now)
        return now >= state["half"] or (state["seen"] != state["first"] and now - state["since"] >= 1)
