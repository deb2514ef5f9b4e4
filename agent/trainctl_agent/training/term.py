"""TERM, and who of the training is told it."""

import contextlib
import signal
import time

from .processes import living_children, process_table, start_ticks
from .signals import send_signal

BASH_GOES_ON = 1.0
"""How long a bash whose child has ended by TERM may take to report it before it is told TERM itself."""


class Term:
    """Of the command's process `pid`. `wrapper` is the command line of the bash that runs a string command, as /proc
    has it; None for a list."""

    def __init__(self, pid, wrapper):
        self.pid, self.wrapper = pid, wrapper
        self.told, self.childless = set(), None

    def send(self):
        """TERM to the command's process, once to each: a shell may start its next command meanwhile."""
        for pid in self.targets():
            identity = pid, start_ticks(pid)
            if identity not in self.told:
                self.told.add(identity)
                send_signal(pid, signal.SIGTERM)

    def targets(self):
        """The command's process. For a string command that bash still runs: bash's children, so that bash lives to
        report their result; a bash that has replaced itself by the command is the command."""
        if self.wrapper is None:
            return [self.pid]
        with contextlib.suppress(OSError):
            with open("/proc/%d/cmdline" % self.pid, "rb") as file:
                if file.read() != self.wrapper:
                    return [self.pid]
        children = living_children(process_table(), self.pid)
        if children:
            self.childless = None
            return children
        if self.childless is None:
            self.childless = time.monotonic()
        # Its child has heard TERM and is gone: bash goes on, or is about to report the result. One that stays is at
        # work itself.
        if self.told and time.monotonic() - self.childless < BASH_GOES_ON:
            return []
        return [self.pid]
