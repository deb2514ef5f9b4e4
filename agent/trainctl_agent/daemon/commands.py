"""What an attached client or a verb asks for."""

from ..notes import note
from .lease import granted, write_lease

REASONS = ("stop", "deadline", "budget")
"""Why the workflow ends a training; for a host that ends itself it is who asks."""


class Commands:
    def __init__(self, daemon):
        self.daemon, self.shared = daemon, daemon.shared

    def answer(self, request):
        """Obeys, and tells how things stand. A line that makes no sense costs nothing but a note."""
        try:
            self.obey(request)
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
            note("command %r: %s: %s" % (request.get("t"), type(error).__name__, error))
        wished = self.daemon.checkpoints.asking.number
        return dict(self.shared.snapshot(), pid=self.daemon.training.pid, alive=True, wished=wished)

    def obey(self, request):
        kind = request.get("t")
        if kind == "renew":
            self.renew(request)
        elif kind == "stop":
            self.stop(request)
        elif kind == "checkpoint":
            self.daemon.checkpoints.asking.ask()
        elif kind == "missing":
            self.daemon.checkpoints.missing(request["parts"])
        elif kind in ("parts", "joined", "refused"):
            self.daemon.outputs.large.questions.hear(request)
        elif kind != "status":
            note("unknown command %r" % kind)

    def stop(self, request):
        grace = 0 if request.get("mode") == "now" else request.get("graceSeconds")
        by = request.get("by") if request.get("by") in ("stop", "lease") else "stop"
        reason = request.get("reason") if request.get("reason") in REASONS else by
        self.daemon.stopping.stop(by, self.daemon.grace if grace is None else max(0.0, float(grace)), reason)

    def renew(self, request):
        with self.shared.lock:
            self.shared.lease.renew(granted(request))
        if request.get("grants"):
            self.daemon.uploads.renew(request["grants"])
        write_lease(self.shared.state_dir, self.shared.lease.left())
