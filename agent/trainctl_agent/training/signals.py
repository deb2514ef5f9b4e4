"""Signals, and who heeds them."""

import contextlib
import os
import signal

from ..errors import AgentError
from .processes import living_children, process_table


def signal_number(name):
    if not name:
        return None
    try:
        return getattr(signal, name if name.startswith("SIG") else "SIG" + name).value
    except AttributeError:
        raise AgentError("bad-request", "checkpoints.signal: %r is no signal of this host" % name)


def send_signal(pid, number):
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def heeds(pid, number):
    """Whether a process outlives a signal whose usual effect is its end: it has a handler for it, or waits for it
    blocked. True where nobody says (no /proc)."""
    try:
        with open("/proc/%d/status" % pid, "rb") as file:
            masks = dict(line.split(b":", 1) for line in file if line.startswith((b"SigCgt:", b"SigBlk:")))
        return any(int(mask, 16) >> (number - 1) & 1 for mask in masks.values())
    except (OSError, ValueError):
        return not os.path.isdir("/proc/self")


def heeding(pids, number):
    """Of these processes and those that they run, the topmost that heed the signal: a shell, a launcher and a program
    that has not set up its handler yet would end by it."""
    table, found, todo = process_table(), [], list(pids)
    while todo:
        pid = todo.pop(0)
        if heeds(pid, number):
            found.append(pid)
        else:
            todo += living_children(table, pid)
    return found
