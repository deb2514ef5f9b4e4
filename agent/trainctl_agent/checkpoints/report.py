"""What is told of a checkpoint."""

import time

from ..errors import describe
from ..notes import note
from ..times import iso


def report(shared, checkpoint):
    """To whoever is attached, now and later."""
    with shared.lock:
        shared.checkpoint, shared.failed = dict(checkpoint, at=iso(time.time())), None
        shared.send(checkpoint_event(shared.checkpoint))
    shared.save()


def report_failure(shared, error):
    message = "checkpoint: " + describe(error)
    note(message)
    with shared.lock:
        shared.failed = message[:300]
        shared.send({"t": "checkpoint-failed", "message": shared.failed})


def checkpoint_event(checkpoint):
    return dict({name: checkpoint[name] for name in ("step", "key", "bytes", "seconds", "why")}, t="checkpoint")
