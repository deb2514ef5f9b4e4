"""TERM, and who of the training is told it."""

import contextlib
import os
import signal
import time

from .launchers import SHELL, kind
from .processes import alive, command_line, living_children, now_ticks, process_table, start_ticks
from .ranks.history import History
from .ranks.starters import IDLE, other_rank
from .ranks.work import idle_since, work
from .signals import send_signal
from .trainings import heeding, heeding_below, starts_programs

BASH_GOES_ON = 1.0
"""How long a bash whose child has ended by TERM may take to report it before it is told TERM itself."""
LAUNCHERS_END = 2.0
"""How long launchers may take to end by themselves once the training that was told has ended."""
SHELL_IS_DEAF = 2.0
"""A shell with a trap hears TERM once the command that it runs is over: that command is told after so long."""


class Term:
    """Of the command's process `pid`. `wrapper` is the command line of the bash that runs a string command, as /proc
    has it; None for a list."""

    def __init__(self, pid, wrapper):
        self.pid, self.wrapper = pid, wrapper
        self.told, self.trainings, self.deaf, self.launchers = set(), set(), [], {}
        self.history = History(pid)
        self.words = {}
        """Of the trainings that were told: the command line, and when that was, in ticks."""
        self.spent = {}
        """Of the same: when they were told (monotonic), and their work until then."""
        self.childless = self.quiet = None
        self.before = lambda: None
        """Called right before somebody is told, for whoever must have looked at the processes as they were."""

    def send(self, patience=0.0, unheard=False):
        """To the training: the topmost processes that have a handler, each once. To the command's process when none
        has; or once those that were told have ended, and launchers and shells had a moment to end by themselves.

        @param patience: epoch seconds until which what has no handler is left to read the stop file
        @param unheard: nothing shows that those who were told have saved, and much of the time is over"""
        if self.training_goes_on([self.pid], patience):
            if unheard:
                self.tell_each(self.others())
            return
        if not self.trainings:
            due = time.time() >= patience
        else:
            self.quiet = self.quiet or time.monotonic()
            due = time.monotonic() - self.quiet >= LAUNCHERS_END
        if due and not self.tell_launchers():
            self.tell_each(self.targets())

    def tell_launchers(self):
        """Those that were known by what they do, when what they had started has ended; whether there was any. They are
        waited for: if it was a helper that had ended, they are the training."""
        waiting = [(pid, start_ticks(pid)) for pid in self.launchers]
        waiting = [identity for identity in waiting if identity not in self.told and alive(*identity)]
        self.trainings.update(waiting)
        self.tell(waiting)
        return bool(waiting)

    def others(self):
        """Who else has a handler: a launcher that only looks like one, and what a training that was told has started,
        if it does nothing since (its handler may be for its children), or if they are further ranks of it."""
        found = [pid for pid, why in self.launchers.items() if why == IDLE]
        for pid, ticks in self.trainings:
            if alive(pid, ticks):
                idle = idle_since(pid, self.spent.get((pid, ticks)))
                found += [one for one in heeding_below(pid, signal.SIGTERM) if idle or other_rank(one, pid)]
        return found

    def send_leftovers(self, tree):
        """The same to what the command has left behind: all of it, once no training is among it."""
        adopted = living_children(process_table(), os.getpid())
        if not self.training_goes_on(adopted, 0.0):
            self.tell_each(tree)

    def training_goes_on(self, pids, patience):
        """Tells the training among these and below them; whether any of it still lives."""
        found, left_alone = [], False
        known = {pid for pid, ticks in self.trainings if alive(pid, ticks)}
        for pid in heeding(pids, signal.SIGTERM, known, self.launchers, self.history.idle):
            identity = pid, start_ticks(pid)
            if identity in self.told or self.begun_anew(pid):
                continue
            shell = kind(command_line(pid)) == SHELL
            if time.time() < patience and starts_programs(pid, self.history.idle):
                # It would pass TERM on to a training that has no handler, and reads the file.
                left_alone = True
                self.launchers.update({} if shell else {pid: "starts what reads the stop file"})
                continue
            found.append(identity)
            self.words[identity] = command_line(pid), now_ticks()
            self.spent[identity] = time.monotonic(), work(pid)
            if shell:
                children = living_children(process_table(), pid)
                self.deaf.append((time.monotonic() + SHELL_IS_DEAF, [(c, start_ticks(c)) for c in children]))
        self.trainings.update(found)
        self.tell(found)
        for due, children in self.deaf:
            if time.monotonic() >= due and time.time() >= patience:
                self.tell([identity for identity in children if alive(*identity)])
        living = any(alive(*identity) for identity in self.trainings)
        if living:
            self.quiet = None
        return living or left_alone

    def begun_anew(self, pid):
        """Ends a training that a loop or a launcher has started again once it had saved and ended: it stands at its
        beginning, and would save that over what there is. Shells above it are told, else they go on so."""
        words, began = command_line(pid), start_ticks(pid)
        before = [at for told, (line, at) in self.words.items() if line == words and not alive(*told)]
        # What was there already is another rank of it, or its child.
        if began is None or not any(began > at for at in before):
            return False
        send_signal(pid, signal.SIGKILL)
        table = process_table()
        while pid in table and pid != self.pid:
            pid = table[pid][0]
            if kind(command_line(pid)) == SHELL:
                self.tell([(pid, start_ticks(pid))])
        return True

    def tell_each(self, pids):
        self.tell([(pid, start_ticks(pid)) for pid in pids])

    def tell(self, identities):
        """Once to each: a shell may start its next command meanwhile."""
        new = [identity for identity in identities if identity not in self.told]
        if new:
            self.before()
        for pid, ticks in new:
            self.told.add((pid, ticks))
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
