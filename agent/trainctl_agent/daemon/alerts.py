"""What people should know of a training that goes on: `alerts` of the spec, and lines of metrics that say nothing."""

import threading
import time

from ..notes import note
from ..streams.not_finite import in_words
from ..streams.thin import LINES
from ..times import iso, span

MOST = 12
MOST_OF_A_KIND = 4
"""Alerts of one attempt, and those of one kind; each costs the run's history some events. What stands at the end is
told in the last word as well."""


class Alerts:
    """Looks at the metrics and the clock. Each kind is told once for each time that it comes about; `stop` is called
    when the process is to end for it."""

    def __init__(self, shared, rules, stop, clock=time.monotonic):
        self.shared, self.rules, self.stop, self.clock = shared, rules, stop, clock
        self.lock, self.unreadable_told, self.thin_told = threading.Lock(), False, False
        self.waits = {
            "no-step": Wait(rules.get("noStepForSeconds")),
            "no-checkpoint": Wait(rules.get("noCheckpointForSeconds")),
        }

    def look(self):
        with self.lock:
            self.look_at(self.shared.metrics)

    def look_at(self, metrics):
        metrics.pump()
        fresh = metrics.not_finite.take()
        while fresh:
            told = [entry for entry in fresh if entry["value"] == fresh[0]["value"]]
            fresh = [entry for entry in fresh if entry not in told]
            self.not_finite(told)
        if metrics.unreadable and not self.unreadable_told:
            self.unreadable_told = True
            line, why = metrics.unreadable["firstLine"], metrics.unreadable["why"]
            self.tell("metrics", "line %d of the metrics cannot be read: %s; such lines are counted" % (line, why))
        if metrics.passed_over and not self.thin_told:
            self.thin_told = True
            self.shared.warn(
                "more than %d lines of metrics a second: figures and alerts are of some of them; all are kept" % LINES
            )
        if self.shared.phase == "training":
            self.late(metrics)

    def not_finite(self, entries):
        rule = self.rules.get("nan") or "warn"
        words = in_words(entries)
        with self.shared.lock:
            ends = rule == "stop" and self.shared.stop_alert is None and self.shared.stopped_by is None
            if ends:
                self.shared.stop_alert = words
                if self.shared.exit:
                    # It was over before it could be told: what it came to is the same.
                    self.shared.stopped_by = "alert"
        self.tell("nan", words + ("; alerts.nan is stop" if ends else ""))
        if ends:
            self.stop()

    def late(self, metrics):
        now, checkpoint = self.clock(), self.shared.checkpoint or {}
        if self.waits["no-step"].over(metrics.step, now):
            last = "" if metrics.step is None else "; the last is step %d" % metrics.step
            self.tell("no-step", "no new step for %s%s" % (span(self.rules["noStepForSeconds"]), last))
        whole = self.waits["no-checkpoint"].seen if checkpoint.get("suspect") else checkpoint.get("at")
        if self.waits["no-checkpoint"].over(whole, now):
            last = "; the last was taken at %s" % whole if whole else ""
            self.tell("no-checkpoint", "no checkpoint for %s%s" % (span(self.rules["noCheckpointForSeconds"]), last))

    def tell(self, kind, message):
        shared = self.shared
        note("alert: " + message)
        with shared.lock:
            same = [alert for alert in shared.alerts if alert["kind"] == kind]
            if len(shared.alerts) >= MOST or len(same) >= MOST_OF_A_KIND:
                return
            alert = {"number": len(shared.alerts) + 1, "kind": kind, "message": message[:300], "at": iso(time.time())}
            shared.alerts.append(alert)
            shared.send(dict(alert, t="alert"))


class Wait:
    """For something that has to change within so many seconds, by a clock that stands still while the host sleeps."""

    def __init__(self, seconds):
        self.seconds, self.seen, self.since, self.told = seconds, None, None, False

    def over(self, seen, now):
        """True once, each time that the same has been seen for too long."""
        if self.since is None or seen != self.seen:
            self.seen, self.since, self.told = seen, now, False
        if not self.seconds or self.told or now - self.since < self.seconds:
            return False
        self.told = True
        return True
