"""What is told of a checkpoint."""

from ..errors import describe
from ..notes import note

TOLD = ("step", "number", "at", "suspect", "key", "bytes")
"""What is told everywhere; of an older agent's, or of a whole one, not all of it is there."""


def report(shared, checkpoint):
    """To whoever is attached, now and later. That one is suspect is told as a failure as well, in a row of them for
    the same reason once."""
    with shared.lock:
        before = (shared.checkpoint or {}).get("suspect")
        shared.checkpoint, shared.failed = checkpoint, None
        shared.send(checkpoint_event(shared.checkpoint))
    if checkpoint.get("suspect") not in (None, before):
        report_failure(shared, "%d is suspect: %s" % (checkpoint["number"], checkpoint["suspect"]))
    shared.save()


def report_failure(shared, error):
    message = "checkpoint: " + (error if isinstance(error, str) else describe(error))
    note(message)
    with shared.lock:
        shared.failed = message[:300]
        shared.send({"t": "checkpoint-failed", "message": shared.failed})


def told_of(checkpoint, more=()):
    """The fields of a checkpoint that are told, as far as it has them."""
    return {name: checkpoint[name] for name in (*TOLD, *more) if name in checkpoint}


def checkpoint_event(checkpoint):
    return dict(told_of(checkpoint, ("seconds", "why")), t="checkpoint")


def words(checkpoint):
    """A checkpoint for people: by its step, else by its number."""
    step = checkpoint.get("step")
    return "checkpoint %s" % (checkpoint.get("number", "?") if step is None else "of step %d" % step)
