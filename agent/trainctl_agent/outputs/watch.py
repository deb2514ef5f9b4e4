"""Looks, while the command runs, at how much it makes."""

import time

from ..sizes import size_text
from .limit import MOST_FILES

SHORTEST, REST = 10.0, 100
"""Seconds between two looks, at the least and as a multiple of what one takes: a large folder is looked at rarely."""
NAMED = 3


def watch_sizes(outputs, over, warn, first=3.0):
    """Warns, once, when more is made than the limit keeps; until the event `over` is set."""
    pause = first
    while not over.wait(pause):
        began = time.monotonic()
        made = outputs.folder.made()
        if made.over or made.many:
            warn(over_limit(made, outputs.folder.limit) if made.over else too_many(made))
            return
        pause = max(SHORTEST, REST * (time.monotonic() - began))


def over_limit(made, limit):
    largest = sorted(made.over, key=lambda entry: -entry[1])
    named = ", ".join("%s (%s)" % (path[-60:], size_text(size)) for path, size in largest[:NAMED])
    more = " and %d more" % (len(largest) - NAMED) if len(largest) > NAMED else ""
    return (
        "the command has made %s outside of outputs/, and outputs.limit is %s: as it stands %s%s will not be kept; "
        "write to outputs/ ($TRAINCTL_OUTPUTS) what must be" % (size_text(made.total), size_text(limit), named, more)
    )


def too_many(made):
    tops = sorted({path.partition("/")[0] for path, _ in made.many})
    named = ", ".join(top[-60:] for top in tops[:NAMED]) + (", …" if len(tops) > NAMED else "")
    return (
        "the command has made more than %d files outside of outputs/: as it stands those in %s (%d files) will not be "
        "kept; pack them into one, or write to outputs/ ($TRAINCTL_OUTPUTS) what must be"
        % (MOST_FILES, named, len(made.many))
    )
