"""How much programs have worked in the last while, looked at now and then."""

import time

from ..launchers import runs_python
from ..processes import command_line, process_table, start_ticks
from .work import WAITS, difference, work

EVERY = 15.0
"""How often that is looked at, in seconds: cheap for hundreds of processes, and at an end there is a look that is as
old, or older."""
LOOKS = 3


class History:
    """Of the programs of Python that have started others, below one process."""

    def __init__(self, root):
        self.root, self.due, self.looks = root, time.monotonic() + EVERY, []

    def look(self):
        """When it is due."""
        now = time.monotonic()
        if now < self.due:
            return
        self.due = now + EVERY
        seen = {(pid, start_ticks(pid)): work(pid) for pid in self.parents()}
        self.looks = [*self.looks, (now, seen)][-LOOKS:]

    def parents(self):
        table, found, todo = process_table(), set(), [self.root]
        children = {}
        for pid, (parent, _) in table.items():
            children.setdefault(parent, []).append(pid)
        while todo:
            pid = todo.pop()
            if children.get(pid):
                found.add(pid)
                todo += children[pid]
        return [pid for pid in found if runs_python(command_line(pid))]

    def idle(self, pid):
        """Whether a process has done next to nothing since the oldest look that saw it; True where none did."""
        identity, now = (pid, start_ticks(pid)), time.monotonic()
        for at, seen in self.looks:
            spent = difference(seen.get(identity), work(pid))
            if spent and now - at >= 1.0:
                return spent[0] <= WAITS * (now - at) * 1e9
        return True
