"""The training process and its whole tree."""

import contextlib
import os
import signal
import time

from ..notes import note
from .exits import ending_of
from .processes import descendants
from .program import as_started
from .signals import send_signal
from .start import start_process
from .term import Term
from .trainings import heeding


class Training:
    """Used by the daemon's main thread alone."""

    def __init__(self, command, cwd, env):
        argv, wrapper = command, None
        if isinstance(command, str):
            argv = ["bash", "-eo", "pipefail", "-c", command]
            wrapper = b"".join(os.fsencode(word) + b"\0" for word in argv)
        else:
            argv = as_started(command, cwd, env["PATH"])
        self.process, self.out, self.err = start_process(argv, cwd, env)
        self.pid = self.process.pid
        self.status, self.term = None, Term(self.pid, wrapper)

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

    def signal(self, number):
        """Another signal, to those that heed it; whether anybody did."""
        heard = heeding([self.pid], number, was_idle=self.term.history.idle)
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
        """What the command left running is ended: TERM, to a training that still saves first, time until `until` (epoch
        seconds), KILL."""
        while time.time() < until:
            left = self.tree()
            if not left:
                break
            self.term.send_leftovers(left)
            time.sleep(0.05)
            self.reap()
        self.kill()
