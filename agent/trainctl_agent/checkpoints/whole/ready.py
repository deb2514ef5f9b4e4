"""When a checkpoint directory can be packed."""

from .rounds import BEGUN, NEW, NEW_SECONDS, OVER

SETTLE_SECONDS = 2.0
"""A directory in which nothing has changed for so long is at rest."""

CALM_SECONDS = 3.0
"""Where nobody tells which files are saved together: how long a directory that does not rest is followed before it is
packed in one of its longer pauses; after twice that at any moment."""

OPEN_SECONDS = 10.0
"""A file that is open for writing and has not changed for so long is not about to be finished."""

WHOLE, WAIT, SUSPECT = "whole", "wait", "suspect"


def ready(written, known, rest, waited, patience, save=None):
    """What to do with the directory now. `written`: whether a file of it is being written; `known`: whether anybody
    says so here; `rest` as Watch has it; `waited`: seconds since it was to be packed; `patience`: how long what is
    being written is waited for; `save`: the state of Rounds, None where nobody tells."""
    if not known:
        # Only rest says that nobody writes.
        return WHOLE if rest.quiet >= SETTLE_SECONDS else SUSPECT if waited >= patience else WAIT
    if written:
        return SUSPECT if waited >= patience or rest.quiet >= OPEN_SECONDS else WAIT
    if save == BEGUN:
        return SUSPECT if waited >= patience else WAIT
    if save == OVER or rest.quiet >= SETTLE_SECONDS:
        return WHOLE
    if save == NEW:
        return SUSPECT if waited >= NEW_SECONDS else WAIT
    pause = rest.followed >= CALM_SECONDS and rest.quiet >= rest.longest / 2
    return WHOLE if pause or waited >= 2 * CALM_SECONDS else WAIT
