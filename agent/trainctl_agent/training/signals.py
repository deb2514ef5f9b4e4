"""Signals, and whether a process heeds them."""

import contextlib
import os
import signal
import subprocess

from ..errors import AgentError

SUDO_SECONDS = 5
"""How long sudo may take to pass a signal on."""


def signal_number(name):
    if not name:
        return None
    try:
        return getattr(signal, name if name.startswith("SIG") else "SIG" + name).value
    except AttributeError:
        raise AgentError("bad-request", "checkpoints.signal: %r is no signal of this host" % name)


def send_signal(pid, number):
    try:
        os.kill(pid, number)
    except PermissionError:
        # Of a command that has become another user by sudo, as `sudo docker run` does; so do we.
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["sudo", "-n", "kill", "-%d" % number, str(pid)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SUDO_SECONDS,
                check=False,
            )
    except OSError:
        pass


FAULTS = (signal.SIGILL, signal.SIGSEGV)
"""Whoever waits for some signals blocks those, and not these. All are blocked for a moment by shells and libraries, in
a process that they start and that is not yet the program that it will be."""


def heeds(pid, number, blocked=True):
    """Whether a process outlives a signal whose usual effect is its end: it has a handler for it, or, with `blocked`,
    waits for it blocked. True where nobody says (no /proc)."""
    wanted = (b"SigCgt:", b"SigBlk:") if blocked else (b"SigCgt:",)
    try:
        with open("/proc/%d/status" % pid, "rb") as file:
            masks = {line[:6]: int(line[7:], 16) for line in file if line.startswith(wanted)}
    except (OSError, ValueError):
        return not os.path.isdir("/proc/self")
    if all(has(masks.get(b"SigBlk", 0), fault) for fault in FAULTS):
        masks[b"SigBlk"] = 0
    return any(has(mask, number) for mask in masks.values())


def has(mask, number):
    return bool(mask >> (number - 1) & 1)
