"""A launcher that nobody knows by name is known by what is seen of it and of those that it has started."""

from ..launchers import trains_by_name
from ..processes import command_line, environment
from .accelerators import uses_accelerator
from .places import first_among, places, ranked
from .work import only_waits

NAMED, PLACES, DEVICES, IDLE = "starts a launcher", "gives ranks", "has no accelerator", "only waits"
"""Why a program is taken for a launcher. The last is what it looks like, and may be wrong."""


def starter(pid, words, found, was_idle):
    """Why a program is taken for the launcher of others; None for one that is more likely the training.

    @param found: {what it has started, another program or a part of its own: those of it, or below it, that would be
    the training}
    @param was_idle: whether a process has done next to nothing in the last while"""
    lines = {child: command_line(child) for child in found}
    workers = [one for below in found.values() for one in below]
    if any(trains_by_name(line) for line in lines.values()):
        return NAMED
    given = [places(environment(child), line) for child, line in lines.items()]
    own = places(environment(pid), words)
    if first_among(own, given):
        return PLACES
    if not uses_accelerator(pid):
        if first_among(own, given, devices=True):
            return PLACES
        if any(uses_accelerator(worker) for worker in workers):
            return DEVICES
    return IDLE if not ranked(own) and was_idle(pid) and only_waits(pid, workers) else None


def other_rank(pid, parent):
    """Whether a process is a rank that another one has started beside itself."""
    own, above = (set(places(environment(one), command_line(one))) for one in (pid, parent))
    return bool(own - above)
