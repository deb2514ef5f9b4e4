"""Which of the command's processes are the training: those that are to be told of an end, so that they save."""

import signal

from .launchers import LAUNCHER, SERVICE, SHELL, kind, own_part, runs_python, tracker
from .processes import (
    command_line,
    executable,
    leads_group,
    living_children,
    process_table,
    thread_name,
    waits_for_child,
)
from .ranks.starters import starter
from .signals import heeds

LOADER_SIGNALS = (signal.SIGBUS, signal.SIGSEGV, signal.SIGFPE, signal.SIGTERM)
"""PyTorch's data loaders handle these, in C (torch/csrc/DataLoader.cpp): a TERM that is not their parent's ends them,
and their parent with an error."""
FAULT_SIGNALS = (signal.SIGABRT, signal.SIGILL)
"""Python's faulthandler handles these, and three of the loaders': with it, any process with a handler of TERM looks
like one of them."""
LOADER_NAME = "pt_data_worker"
"""What they call themselves since PyTorch 2.5."""
PROGRAM, PART = "program", "part"
APART, WAITS = "has set its workers apart", "waits for a child to end"


def heeding(pids, number, told=(), launchers=None, was_idle=lambda pid: True):
    """Of these processes and those below them, the topmost that heed a signal: below launchers, which would pass it
    to all or end by it, and below programs without a handler. What a training runs for itself is not told, nor what
    is below one of `told`, even if that has no handler any more. `launchers`: {pid: why} of those that were known by
    what they do; it grows, and they are launchers still when what they had started is gone. `was_idle`: whether a
    process has done next to nothing in the last while."""
    return Branch(process_table(), number, told, {} if launchers is None else launchers, was_idle).search(pids)


def heeded(pids, number):
    """Whether any of these processes, or of those below them, heeds a signal as a training does."""
    return bool(Branch(process_table(), number, (), None).search(pids))


def heeding_below(pid, number):
    """The topmost below a process that heed a signal. No data loaders, and no services."""
    branch = Branch(process_table(), number, (), None)
    return branch.search(living_children(branch.table, pid), command_line(pid))


def starts_programs(pid, was_idle=lambda pid: True):
    """Whether a process that heeds a signal has started a training that does not, as launchers and scripts of a shell
    do: what it is told may be that training's end."""
    branch, words = Branch(process_table(), signal.SIGTERM, (), {}, was_idle), command_line(pid)
    if kind(words) == SHELL:
        return any(another_program(command_line(child), words) for child in living_children(branch.table, pid))
    started = branch.started(pid, words)
    return bool(branch.launched(pid, words, {child: [child] for child in started}, started))


class Branch:
    """A look at the processes as they are now. `launchers` is None where it does not matter which of several heed."""

    def __init__(self, table, number, told, launchers, was_idle=None):
        self.table, self.number, self.told, self.launchers = table, number, told, launchers
        self.was_idle = was_idle

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
            if self.launchers is None:
                return [pid]
            return self.handed_on(pid, words) or ([] if pid in self.launchers else [pid])
        found = self.search(living_children(self.table, pid), words)
        return [pid] if heeded and what == SHELL and not found else found

    def search(self, pids, above=None):
        return [found for pid in pids for found in self.below(pid, above)]

    def handed_on(self, pid, words):
        """Those for whom a launcher that nobody knows by name has a handler: it has started others that heed the
        signal themselves."""
        started = self.started(pid, words)
        found = {child: self.below(child, words) for child in started}
        return self.launched(pid, words, {child: below for child, below in found.items() if below}, started)

    def started(self, pid, words):
        """{pid: PROGRAM or PART} of what a process has started, without data loaders and services."""
        found = {child: worker(child, command_line(child), words) for child in living_children(self.table, pid)}
        return {child: what for child, what in found.items() if what}

    def launched(self, pid, words, found, started):
        """The training that a process has started, all in one list; none where it is more likely the training itself.

        @param found: {child: those of it and below it that would be the training}"""
        if not found:
            return []
        programs = [child for child in found if started[child] == PROGRAM]
        apart = [child for child in programs if leads_group(child)]
        if pid not in self.launchers:
            why = WAITS if waits_for(pid, found, programs) else APART if apart else None
            why = why or starter(pid, words, found, self.was_idle)
            if not why:
                return []
            self.launchers[pid] = why
        return [one for child in apart or found for one in found[child]]


def waits_for(pid, children, programs):
    """Whether a process waits for one of these children to end. Where nobody says for which child it waits, it may be
    for another one than a part of itself."""
    child = waits_for_child(pid)
    if child in (0, -1):
        return child == -1 or bool(programs)
    return child in children


def another_program(words, above):
    started = runs_python(words) or kind(words) in (LAUNCHER, SHELL)
    return started and words != above and not own_part(words)


def worker(pid, words, above):
    """Whether it may be a training that the program above it has started: PROGRAM, or a PART of that; None: neither."""
    if tracker(words) or kind(words) == SERVICE or loader(pid, words, above):
        return None
    if own_part(words) or (words == above and runs_python(words)):
        return PART
    # One that has given itself a title is known by its interpreter.
    titled = words and words != above and kind(words) is None and runs_python([executable(pid)])
    return PROGRAM if titled or another_program(words, above) else None


def loader(pid, words, above):
    """Whether it is a data loader: a part of the program above it, by fork or by multiprocessing's own ways."""
    if not own_part(words) and (not words or words != above):
        return False
    if thread_name(pid) == LOADER_NAME:
        return True
    handles = all(heeds(pid, number, blocked=False) for number in LOADER_SIGNALS)
    return handles and not all(heeds(pid, number, blocked=False) for number in FAULT_SIGNALS)
