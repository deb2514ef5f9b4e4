"""Shared state."""

import contextlib
import os
import threading
import time

from ..files import write_json
from ..notes import note
from ..times import iso
from .lease import Lease


class Shared:
    """What the daemon's threads know together, and the events for whoever is attached.

    A change of state and its event happen under one lock, and so does attaching: an event is either in the hello and
    its replay, or in the client's queue, never in neither."""

    def __init__(self, state_dir):
        self.lock = threading.RLock()
        self.state_dir, self.client, self.epoch = state_dir, None, -1
        self.phase, self.log_uploaded, self.checkpoint, self.failed = "starting", 0, None, None
        self.notice = self.exit = self.final = self.stopped_by = None
        # Maintenance that is not near yet, and whether there has been any.
        self.scheduled, self.was_scheduled = None, False
        self.lease, self.problems, self.warnings, self.left = Lease(), [], [], []
        # What came of asking for a checkpoint: the number of the wish, the checkpoint, and why there is no new one.
        self.answered = None
        # Questions to whoever is attached that have no answer yet, by their id.
        self.asking = {}
        # What people should know, numbered from 1 up; and that of these which has ended the process.
        self.alerts, self.stop_alert = [], None
        self.log = self.metrics = self.uploads = None

    def send(self, event):
        with self.lock:
            if self.client:
                self.client.queue.put(event)

    def set_phase(self, phase, save=True):
        with self.lock:
            self.phase = phase
            self.send({"t": "phase", "phase": phase})
        if save:
            self.save()

    def problem(self, text):
        note("problem: " + text)
        with self.lock:
            if len(self.problems) < 20:
                self.problems.append(text[:300])
            elif len(self.problems) == 20:
                self.problems.append("and more, see state/agent.log on the host")

    def warn(self, text):
        """What people should know beside; told once, and again to whoever attaches."""
        note("warning: " + text)
        with self.lock:
            text = text[:400]
            if text not in self.warnings and len(self.warnings) < 5:
                self.warnings.append(text)
                self.send({"t": "warning", "message": text})

    def left_out(self, text):
        """What checkpoints leave out: told as it is found, and in the last word among the problems."""
        with self.lock:
            text = text[:300]
            if text not in self.left and len(self.left) < 5:
                self.left.append(text)
                self.send({"t": "warning", "message": text})

    def figures(self):
        anew = {"stepsAnew": True} if self.metrics and self.metrics.anew else {}
        return {
            **anew,
            "logBytes": self.log.size if self.log else 0,
            "logUploaded": self.log_uploaded,
            "step": self.metrics.step if self.metrics else None,
            "firstStep": self.metrics.first if self.metrics else None,
            "metrics": dict(self.metrics.values) or None if self.metrics else None,
        }

    def findings(self):
        """What was odd about the metrics; nothing as a rule."""
        if not self.metrics:
            return {}
        found = {"notFinite": self.metrics.not_finite.told(), "unreadable": self.metrics.unreadable}
        return {name: value for name, value in found.items() if value}

    def outlook(self):
        """Steps in all and the expected end, while the process runs."""
        if not self.metrics:
            return {}
        now = time.time()
        known = self.metrics.outlook(now)
        if "etaAt" not in known:
            return known
        if self.phase != "training":
            return {"steps": known["steps"]}
        return dict(known, etaAt=iso(known["etaAt"]))

    def snapshot(self):
        with self.lock:
            return dict(
                self.figures(),
                **self.findings(),
                alerts=list(self.alerts),
                phase=self.phase,
                checkpoint=self.checkpoint,
                notice=self.notice,
                exit=self.exit,
                final=self.final,
                leaseUntil=int(self.lease.until()),
                epoch=self.epoch,
                problems=list(self.problems),
                warnings=[*self.warnings, *self.left],
                checkpointFailed=self.failed,
                answered=self.answered,
                **({"scheduled": self.scheduled} if self.was_scheduled else {}),
            )

    def save(self):
        with contextlib.suppress(OSError):
            write_json(os.path.join(self.state_dir, "state.json"), self.snapshot())
