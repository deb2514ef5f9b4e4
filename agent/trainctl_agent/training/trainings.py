"""Which of the command's processes are the training: those that are to be told of an end, so that they save."""

import signal

from .launchers import LAUNCHER, SERVICE, SHELL, kind, own_part, runs_python
from .processes import command_line, leads_group, living_children, process_table, waits_for_child
from .signals import heeds

LOADER_SIGNALS = (signal.SIGBUS, signal.SIGSEGV, signal.SIGFPE, signal.SIGTERM)
"""PyTorch's data loaders handle these, in C (torch/csrc/DataLoader.cpp): a TERM that is not their parent's ends them,
and their parent with an error."""


def heeding(pids, number, told=(), launchers=None):
    """Of these processes and those below them, the topmost that heed a signal: below launchers, which would pass it
    to all or end by it, and below programs without a handler. What a training runs for itself is not told, nor what
    is below one of `told`, even if that has no handler any more. `launchers`: a set of those that were known by what
    they do; it grows, and they are launchers still when what they had started is gone."""
    return Branch(process_table(), number, told, set() if launchers is None else launchers).search(pids)


def starts_programs(pid):
    """Whether a process that heeds a signal has started another program, as launchers and scripts of a shell do: what
    it is told may be that program's end."""
    words = command_line(pid)
    return bool(programs(process_table(), pid, words, anyhow=kind(words) == SHELL))


class Branch:
    """A look at the processes as they are now."""

    def __init__(self, table, number, told, launchers):
        self.table, self.number, self.told, self.launchers = table, number, told, launchers

    def below(self, pid, above=None):
        """The topmost that are to be told: the process itself, or some below it."""
        if pid in self.told:
            return [pid]
        words = command_line(pid)
        what = kind(words)
        if what == SERVICE or loader(pid, words, above):
            return []
        heeded = heeds(pid, self.number)
        if heeded and what is None:
            return self.handed_on(pid, words) or ([] if pid in self.launchers else [pid])
        found = self.search(living_children(self.table, pid), words)
        return [pid] if heeded and what == SHELL and not found else found

    def search(self, pids, above=None):
        return [found for pid in pids for found in self.below(pid, above)]

    def handed_on(self, pid, words):
        """Those for whom a launcher that nobody knows by name has a handler: it runs another program of Python, set
        apart in a process group of its own or waited for, which heeds the signal itself. A training does neither."""
        found = self.search(programs(self.table, pid, words), words)
        if found:
            self.launchers.add(pid)
        return found


def programs(table, pid, words, anyhow=False):
    """The other programs that a process has started, set apart or waited for; `anyhow`: or not."""
    anyhow = anyhow or waits_for_child(pid)
    children = [child for child in living_children(table, pid) if anyhow or leads_group(child)]
    return [child for child in children if another_program(command_line(child), words)]


def another_program(words, above):
    started = runs_python(words) or kind(words) in (LAUNCHER, SHELL)
    return started and words != above and not own_part(words)


def loader(pid, words, above):
    """Whether it is a data loader: a part of the program above it, by fork or by multiprocessing's own ways."""
    part = own_part(words) or (words == above and runs_python(words))
    return part and all(heeds(pid, number, blocked=False) for number in LOADER_SIGNALS)
