"""Signals, and whether a process heeds them."""

import contextlib
import os
import signal

from ..errors import AgentError


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


def heeds(pid, number, blocked=True):
    """Whether a process outlives a signal whose usual effect is its end: it has a handler for it, or, with `blocked`,
    waits for it blocked. True where nobody says (no /proc)."""
    wanted = (b"SigCgt:", b"SigBlk:") if blocked else (b"SigCgt:",)
    try:
        with open("/proc/%d/status" % pid, "rb") as file:
            masks = dict(line.split(b":", 1) for line in file if line.startswith(wanted))
        return any(int(mask, 16) >> (number - 1) & 1 for mask in masks.values())
    except (OSError, ValueError):
        return not os.path.isdir("/proc/self")
