"""Endings that are asked for."""

import signal
import threading
import time

from ..notes import note

PATIENCE = 0.9
"""The part of the grace for which a training that looks for the stop file, and has no handler of TERM, is not told by
TERM."""
UNHEARD = 0.5
"""The part of the time from TERM to KILL after which those are told too that may have been passed over wrongly, if the
checkpoint folder is still as it was."""


class Stopping:
    """Who asked first, when KILL comes, and what the process is told until then: the stop file, signals, TERM."""

    def __init__(self, shared, checkpoints, main, grace, asked, polling):
        self.shared, self.checkpoints, self.main, self.grace = shared, checkpoints, main, grace
        self.asked, self.polling = asked, polling
        self.lock, self.kill_at, self.signalled, self.termed = threading.Lock(), None, None, False
        self.reason, self.began, self.written, self.recommended = None, 0.0, None, False
        self.at_term = self.unheard = None

    def stop(self, by, grace, reason=None):
        """Asks the main thread to end the process; a second request can only bring the KILL nearer. `reason`: what
        the stop file says, that of the first who asked (default: `by`)."""
        if self.shared.exit:
            return
        with self.lock:
            now = time.time()
            at = now + grace
            first = self.shared.stopped_by is None
            if first:
                self.shared.stopped_by, self.reason, self.began = by, reason or by, now
            self.kill_at = at if self.kill_at is None else min(self.kill_at, at)
        if first:
            self.checkpoints.stopping.set()
            # `live` saves it soon: whoever sends TERM does not wait for a slow disk while the grace runs.
            self.shared.set_phase("stopping", save=False)
        self.main.wake()

    def recommend(self):
        """EC2 recommends to leave the instance: it may take it soon, or never. The training reads that in the stop
        file, and goes on or ends by itself; nothing else ends it."""
        with self.lock:
            if self.recommended or self.kill_at is not None or self.shared.exit:
                return
            self.recommended = True
            self.asked.stop("rebalance", None)
        note("EC2 recommends to leave this instance (rebalance): the stop file says so")

    def stopped_by(self, code):
        """Who has ended a process that is over. A training that looks for the stop file has followed a recommendation
        if it failed, or, ending with 0, if the helper has told it."""
        followed = self.recommended and (self.asked.stop_heard() or (code != 0 and self.polling.stop()))
        return self.shared.stopped_by or ("rebalance" if followed else None)

    def patience(self):
        """Epoch seconds until which what has no handler of TERM is left alone."""
        if self.kill_at is None or not self.polling.stop():
            return 0.0
        return self.began + PATIENCE * (self.kill_at - self.began)

    def tend(self, training):
        """What is due, while the process runs. The main thread's."""
        if self.kill_at is None:
            if self.shared.lease.left() <= 0:
                note("the lease has run out")
                self.stop("lease", self.grace)
            else:
                return
        with self.lock:
            if self.written != self.kill_at:
                self.written = self.kill_at
                self.asked.stop(self.reason, self.kill_at)
        if time.time() >= self.kill_at:
            self.checkpoints.ends.before(signal.SIGKILL, training)
            training.kill()
        elif self.termed or self.signal_heeded(training):
            self.termed = True
            training.term.before = lambda: self.before_term(training)
            training.term.send(self.patience(), self.nothing_saved())

    def before_term(self, training):
        if self.at_term is None:
            self.at_term = time.time(), self.folder()
        self.checkpoints.ends.before(signal.SIGTERM, training)

    def folder(self):
        try:
            return self.checkpoints.look()
        except OSError:
            return None

    def nothing_saved(self):
        """Whether half of the time since TERM is over, and the checkpoint folder was then as it was at TERM."""
        if self.unheard is None and self.at_term:
            at, seen = self.at_term
            if time.time() >= at + UNHEARD * (self.kill_at - at):
                self.unheard = self.checkpoints.unchanged(seen)
        return bool(self.unheard)

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
