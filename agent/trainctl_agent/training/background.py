"""What a command leaves running."""

import contextlib
import os
import subprocess
import time

from .last_lines import redact

SETTLES = 1.0
"""How long helpers of a process (resource trackers, loggers) may take to see that it is gone. Seconds."""
NAMED, WORDS = 2, 80


def still_running(training, seconds=SETTLES):
    """The processes that do not end by themselves once the command has."""
    until = time.monotonic() + seconds
    while True:
        left = training.tree()
        if not left or time.monotonic() >= until:
            return left
        training.reap()
        time.sleep(0.05)


def background_warning(pids, secrets):
    """What to say of processes that are ended because the command is over; None when nothing can be said."""
    named = [(pid, line) for pid, line in ((pid, command_line(pid)) for pid in pids) if line]
    if not named:
        return None
    shown = ", ".join("`%s` (pid %d)" % (short(redact(line, secrets)), pid) for pid, line in named[:NAMED])
    more = " and %d more" % (len(named) - NAMED) if len(named) > NAMED else ""
    return (
        "the command ended, and what it had left in the background was ended with it: %s%s. If that was the training, "
        "run it in the foreground, or end the command with `wait`" % (shown, more)
    )


def command_line(pid):
    """Its words; empty when it is gone."""
    with contextlib.suppress(OSError):
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    if os.path.isdir("/proc/self"):
        return ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], stdout=subprocess.PIPE, timeout=5, check=False)
        return said.stdout.decode("utf-8", "replace").strip()
    return ""


def short(text):
    text = " ".join(text.split())
    return text if len(text) <= WORDS else text[: WORDS - 1] + "…"
