"""The training process and its whole tree."""

import contextlib
import os
import signal
import time

from ..notes import note
from .exits import ending_of
from .processes import descendants, living_children, process_table, start_ticks
from .signals import heeding, send_signal
from .start import start_process

BASH_GOES_ON = 1.0
"""How long a bash whose child has ended by TERM may take to report it before it is told TERM itself."""


class Training:
    """Used by the daemon's main thread alone."""

    def __init__(self, command, cwd, env):
        self.wrapper = None
        argv = command
        if isinstance(command, str):
            argv = ["bash", "-eo", "pipefail", "-c", command]
            self.wrapper = b"".join(os.fsencode(word) + b"\0" for word in argv)
        self.process, self.out, self.err = start_process(argv, cwd, env)
        self.pid = self.process.pid
        self.status, self.termed, self.childless = None, set(), None

    def reap(self):
        """Collects every child that has ended, adopted orphans too; True once the command's own process has."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid == self.pid:
                self.status = status
                self.process.returncode = 0
        return self.status is not None

    def ending(self):
        """(code, signal name) of the command's process."""
        return ending_of(self.status)

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
        if self.termed and time.monotonic() - self.childless < BASH_GOES_ON:
            return []
        return [self.pid]

    def term(self):
        """TERM to the command's process, once to each: a shell may start its next command meanwhile."""
        for pid in self.targets():
            if (pid, start_ticks(pid)) not in self.termed:
                self.termed.add((pid, start_ticks(pid)))
                send_signal(pid, signal.SIGTERM)

    def signal(self, number):
        """Another signal, to those that heed it; whether anybody did."""
        heard = heeding(self.targets(), number) or heeding([self.pid], number)
        for pid in heard:
            send_signal(pid, number)
        if not heard:
            note("nothing of the command handles signal %d now: not sent" % number)
        return bool(heard)

    def tree(self):
        return descendants(os.getpid())

    def kill(self):
        """KILL to the whole tree, again until nothing of it is left (at most 5 s: a process in a broken device cannot
        die)."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            left = self.tree()
            for pid in left:
                send_signal(pid, signal.SIGKILL)
            self.reap()
            if not left and self.status is not None:
                return
            time.sleep(0.02)

    def end_leftovers(self, until):
        """What the command left running is ended: TERM, time until `until` (epoch seconds), KILL."""
        left = self.tree()
        if left and time.time() < until:
            for pid in left:
                send_signal(pid, signal.SIGTERM)
            while time.time() < until and self.tree():
                self.reap()
                time.sleep(0.05)
        self.kill()
