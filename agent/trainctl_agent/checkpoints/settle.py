"""When the checkpoint directory is at rest."""

import time

from .look import look

SETTLE_SECONDS = 2.0
"""A checkpoint directory that has not changed for so long is at rest: it is packed."""


def settle(root, pause, patience):
    """The directory as it is once nothing in it has changed for SETTLE_SECONDS. `pause` sleeps, and may raise."""
    seen, since, until = look(root), time.monotonic(), time.monotonic() + patience
    while time.monotonic() - since < SETTLE_SECONDS or seen is None:
        if time.monotonic() > until:
            raise OSError(
                "the directory was never unchanged for %d s in the last %d s; what is written all the time, "
                "such as logs, belongs elsewhere" % (SETTLE_SECONDS, patience)
            )
        pause(0.25)
        now = look(root)
        if now != seen or now is None:
            seen, since = now, time.monotonic()
    return seen
