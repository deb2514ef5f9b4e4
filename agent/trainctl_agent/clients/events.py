"""The events that a client hears first."""

from ..checkpoints.report import checkpoint_event


def hello(epoch, now):
    return dict(
        {name: now.get(name) for name in ("phase", "logBytes", "logUploaded", "step", "final")}, t="hello", epoch=epoch
    )


def standing(now):
    """The events that still say something, of a state as `status` answers it."""
    if now.get("notice"):
        yield {"t": "notice", "notice": now["notice"]}
    if "scheduled" in now:
        yield {"t": "scheduled", "notice": now["scheduled"]}
    if now.get("checkpoint"):
        yield checkpoint_event(now["checkpoint"])
    if now.get("checkpointFailed"):
        yield {"t": "checkpoint-failed", "message": now["checkpointFailed"]}
    for alert in now.get("alerts") or []:
        yield dict(alert, t="alert")
    for message in now.get("warnings") or []:
        yield {"t": "warning", "message": message}
    if now.get("exit"):
        yield dict(now["exit"], t="exit")
    if now.get("final"):
        yield {"t": "final", "final": now["final"]}
