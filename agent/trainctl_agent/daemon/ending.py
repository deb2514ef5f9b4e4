"""From the end of the process to the last word."""

import contextlib
import os
import time
import traceback

from ..checkpoints.manifest import wrote
from ..errors import describe
from ..json_lines import to_json
from ..notes import note
from ..threads import background, every
from ..training.background import background_warning, still_running
from ..transfers.bodies import Bytes
from ..transfers.errors import Refused, Transient
from .deadline import STANDSTILL
from .last_word import keep, last_word, log_tail
from .lease import write_busy
from .line_ends import windows_warning

METRICS_SECONDS = 5.0
"""How long the metrics that were written last are read before the last checkpoint goes up."""


class Ending:
    """Everything that the process left, in the order of its worth, whatever goes wrong on the way."""

    def __init__(self, daemon):
        self.daemon, self.shared = daemon, daemon.shared

    def run(self):
        self.close_process()
        outputs = self.upload()
        self.daemon.live_thread.join(30)
        kept = self.daemon.outputs
        saved = self.daemon.checkpoints.saves.again() or None
        results = dict(wrote(self.daemon.request), outputsLost=kept.lost, notKept=kept.not_kept, savedAgain=saved)
        self.say(last_word(self.shared, self.tail(), outputs, results))

    def close_process(self):
        """The exit is told once nothing of the process is left and its log is whole."""
        daemon, shared, now = self.daemon, self.shared, time.time()
        code, name = daemon.training.ending()
        # What it wrote last may be what it is to be judged by.
        with contextlib.suppress(Exception):
            daemon.alerts.look()
        with shared.lock:
            shared.exit = {"code": code, "signal": name, "stoppedBy": daemon.stopping.stopped_by(code)}
        daemon.deadline.process_over(now)
        daemon.checkpoints.process_over(daemon.deadline, shared.exit)
        daemon.checkpoints.ends.before_leftovers(daemon.training)
        self.name_leftovers()
        self.name_line_ends(code)
        kill_at = daemon.stopping.kill_at
        daemon.training.end_leftovers(kill_at if kill_at is not None else now + min(3.0, daemon.grace))
        shared.log.finish()
        with shared.lock:
            shared.send(dict(shared.exit, t="exit"))
        shared.set_phase("uploading")
        daemon.over.set()

    def name_leftovers(self):
        """A command that ended by itself while something of it still runs may have meant that to go on."""
        if self.shared.stopped_by is None:
            left = still_running(self.daemon.training)
            said = background_warning(left, self.daemon.request.get("secrets")) if left else None
            if said:
                self.shared.warn(said)

    def name_line_ends(self, code):
        """Who saved a script on Windows is told so when it fails: a `\\r` is seen in no message."""
        if code and self.shared.stopped_by is None:
            # The exit is told after this, whatever the command and its files are like.
            with contextlib.suppress(Exception):
                said = windows_warning(self.daemon.request["command"], os.path.join(self.daemon.directory, "code"))
                if said:
                    self.shared.warn(said)

    def upload(self):
        """Returns the `outputs` of the last word."""
        daemon, shared = self.daemon, self.shared
        background(lambda: every(2.0, self.stay, daemon.uploaded), "stay")
        daemon.shipping_thread.join(30)
        # The last checkpoint gets its step from them. What is last in worth waits no longer for what comes first.
        shared.metrics.finish(time.time() + METRICS_SECONDS)
        with contextlib.suppress(Exception):
            daemon.alerts.look()
        none = [{"index": i, "files": 0, "bytes": 0} for i in range(len(daemon.request.get("outputs") or []))]
        self.attempt("log", daemon.shipping.last_log)
        why = {"notice": "notice", "stop": "stop", "lease": "stop", "alert": "stop"}.get(
            shared.stopped_by or "", "exit"
        )
        self.attempt("last checkpoint", lambda: daemon.checkpoints.last_one(why))
        outputs = self.attempt("outputs", lambda: daemon.outputs.upload(shared.exit["code"]))
        if outputs is None:
            outputs, daemon.outputs.lost = none, daemon.outputs.lost or (shared.problems or ["they were not found"])[-1]
        self.attempt("metrics", self.last_metrics)
        # Until here whoever watches sees how far the uploads are.
        daemon.uploaded.set()
        return outputs

    def last_metrics(self):
        self.shared.metrics.finish(self.daemon.deadline())
        with contextlib.suppress(Exception):
            self.daemon.alerts.look()
        self.daemon.shipping.last_metrics()

    def stay(self):
        """Tells the dead-man timer that bytes still move: it then waits, within bounds of its own."""
        moved = self.daemon.uploads.moved
        if moved > time.time() - STANDSTILL:
            write_busy(moved + 2 * STANDSTILL - time.time())

    def attempt(self, what, function):
        """One step of the end: its failure is told and does not keep the others from being done."""
        try:
            return function()
        except (Transient, Refused) as error:
            self.shared.problem("%s: %s" % (what, describe(error)))
        except Exception as error:
            note(traceback.format_exc())
            self.shared.problem("%s: %s" % (what, describe(error)))
        return None

    def tail(self):
        path = os.path.join(self.daemon.directory, "log")
        return log_tail(self.shared.log, path, self.daemon.request.get("secrets"))

    def say(self, final):
        """The last word: kept on disk, told to whoever is attached, and left in S3."""
        daemon, shared = self.daemon, self.shared
        with shared.lock:
            shared.phase = "final"
        with contextlib.suppress(Exception):
            daemon.live.put(always=True)
        with shared.lock:
            final["notice"] = shared.notice
        kept = keep(daemon.directory, final)
        with shared.lock:
            shared.final = final
            client = shared.client
            shared.send({"t": "phase", "phase": "final"})
            shared.send({"t": "final", "final": final})
            shared.send("close")
        shared.save()
        until = time.monotonic() + 900
        while not kept and time.monotonic() < until:
            time.sleep(1)
            kept = keep(daemon.directory, final)
        if client:
            client.done.wait(10)
        # For a worker that comes back when this host is no more: a finished command must not be run again.
        with contextlib.suppress(Exception):
            daemon.uploads.put("final.json", Bytes(to_json(final).encode()), daemon.deadline)
