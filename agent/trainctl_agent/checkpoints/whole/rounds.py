"""Which files are saved together, learned from the order in which they are finished."""

import time

from .marks import below
from .names import kind_of, original, unfinished
from .steps import named_step

FRESH_SECONDS = 9.0
"""So long after the last of its files a save that lacks some may still get them."""

OFTEN = 3
"""A file that is finished so often, and no other between, is saved alone. Less may be a save that opens it twice."""

MOST = 500
"""A round that is longer has no end that anybody sees: each of its files has a name of its own."""

QUICK_SECONDS, AT_ONCE_SECONDS = 2.0, 0.5
"""Files whose names differ in a number alone, and that come so shortly after one another, are of one save: where the
training writes metrics, and none between them; where it writes none."""

NEW_SECONDS = 30.0
"""How long new files may come one after another before the directory is taken as it is, and suspect."""

MOST_PATHS = 10_000
"""So many of these names are remembered."""

OVER, BEGUN, NEW = "over", "begun", "new"


class Numbered:
    """Of files that are written in place, with numbers in their names that say no step: whether these differ from save
    to save (`model_3.pt`), or tell the files of one save apart (`layer_3.npy`, `0/3`).

    A line of metrics, or a long pause, between one and a new one says that each is a save."""

    def __init__(self):
        # {kind: (the path that was finished last, when, metrics lines until then)}.
        self.last = {}
        # {kind: all such paths}, and how many that are.
        self.names, self.many = {}, 0
        # {kind: those that came again, at once after one another, until now, in order}.
        self.again = {}
        # {kind: [when the first came, how many came at once after another one, how many later]}, while all are new.
        self.new = {}
        self.saves, self.parts = set(), set()

    def learn(self, path, kind, now, lines, follows):
        """Looks at one that was finished. `follows`: the one that was finished right before it."""
        before, new = self.last.get(kind), path not in self.names.get(kind, ())
        if new and self.many >= MOST_PATHS:
            # What is known by then stays so.
            self.again.pop(kind, None)
            return
        if new:
            self.names.setdefault(kind, set()).add(path)
            self.many += 1
        self.last[kind] = path, now, lines
        if not before:
            self.new[kind] = [now, 0, 0]
            return
        after, line = now - before[1], lines > before[2]
        quick = not line and after < (QUICK_SECONDS if lines else AT_ONCE_SECONDS)
        if not new:
            self.new.pop(kind, None)
            if kind in self.saves:
                self.take_back(path, kind, quick)
            return
        self.again.pop(kind, None)
        if kind in self.saves:
            return
        if line or after >= FRESH_SECONDS or self.for_long(kind, now, lines, quick):
            self.saves.add(kind)
            self.parts.discard(kind)
        elif quick or (lines and follows == before[0]):
            self.parts.add(kind)

    def for_long(self, kind, now, lines, quick):
        """Whether new ones alone come for so long, and most of them not at once, that each is a save, though some came
        at once. Where there are metrics, a line of them tells sooner."""
        seen = self.new.get(kind)
        if not seen or lines:
            return False
        seen[1 if quick else 2] += 1
        return kind in self.parts and now - seen[0] >= NEW_SECONDS and seen[2] > seen[1]

    def take_back(self, path, kind, quick):
        """All of them, a second time, at once after one another, are of one save, though a line came between some."""
        again = self.again.setdefault(kind, [])
        if not quick or path in again:
            del again[:]
        again.append(path)
        if len(again) == len(self.names[kind]):
            self.saves.discard(kind)
            self.parts.add(kind)


class Rounds:
    """A round goes from a file to the next time that it is finished, or to a long pause: what came in between belongs
    to one save. The first file of a process begins a save, so that rounds begin where saves do."""

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        # Of this round: what was finished, in order, as [what, how often one after another]; when the last of it was.
        self.finishes, self.at = [], 0.0
        # {what: all of its last round}.
        self.known = {}
        self.numbered, self.follows = Numbered(), None
        # `finishes` before a name was given up, until something else is finished.
        self.given_up = None

    def finished(self, path, lines=0, in_place=True):
        """`lines`: of metrics, until now, by any count; `in_place`: it was written under this name."""
        if unfinished(path):
            return
        if self.is_backup(path):
            # What had its name until now is about to be saved again.
            self.finishes, self.given_up = self.given_up or self.finishes, None
            return
        self.given_up, now = None, self.clock()
        what = self.what(path, now, lines) if in_place else kind_of(path)
        self.follows = path
        if now - self.at >= FRESH_SECONDS:
            self.learn(self.found())
            self.finishes = []
        self.at, found = now, self.found()
        if found and found[-1] == what:
            self.finishes[-1][1] += 1
            if self.finishes[-1][1] >= OFTEN:
                self.learn([what])
                del self.finishes[:-1]
        elif what in found:
            self.learn(found[found.index(what) :])
            self.finishes = [[what, 1]]
        else:
            self.finishes = [*self.finishes, [what, 1]][-MOST:]

    def is_backup(self, path):
        """Whether it is a copy of a save, kept until the next one is there, or for good: it is no part of one."""
        of = original(path)
        saved = {*self.known, *(what for what, _ in self.given_up or self.finishes)} if of else ()
        return any(below(what, kind_of(of)) for what in saved)

    def what(self, path, now, lines):
        """What a file that was written in place is known by: its kind; itself, if it is one of several in a save."""
        kind = kind_of(path)
        if kind == path or named_step(path) is not None:
            return kind
        before, many = self.numbered.last.get(kind), kind in self.numbered.parts
        self.numbered.learn(path, kind, now, lines, self.follows)
        if (kind in self.numbered.parts) == many:
            return path if many else kind
        if many:
            # They were taken for files of one save.
            self.forget(lambda what: kind_of(what) == kind)
            return kind
        # Until now it was not known that there are several.
        self.forget(lambda what: what == kind, self.numbered.again.pop(kind, [])[:-1] or [before[0]])
        return path

    def forget(self, gone, instead=()):
        self.known = {
            what: frozenset(one for one in all_of_it if not gone(one))
            for what, all_of_it in self.known.items()
            if not gone(what)
        }
        kept = [[[one, 1] for one in instead] if gone(what) else [[what, times]] for what, times in self.finishes]
        self.finishes = [one for several in kept for one in several]

    def renamed(self, path):
        """What had this name, or was in this folder, is not saved by it."""
        gone, self.given_up = kind_of(path), self.finishes
        self.finishes = [one for one in self.finishes if not below(one[0], gone)]

    def found(self):
        return [what for what, _ in self.finishes]

    def learn(self, together):
        for what in together:
            self.known[what] = frozenset(together)

    def state(self):
        """OVER: all files of a save are there, as far as they are known; BEGUN: some are to come, as the last time;
        NEW: nobody knows yet what belongs to it; None: nothing was saved. A save that gets no more for some time is
        over."""
        found = self.found()
        if not found:
            return None
        if self.clock() - self.at >= FRESH_SECONDS:
            return OVER
        if self.lacking():
            return BEGUN
        return OVER if all(what in self.known for what in found) else NEW

    def lacking(self):
        """What came with those of this round the last time, and has not come yet."""
        found = self.found()
        wanted = frozenset().union(*(self.known.get(what, ()) for what in found))
        return sorted(wanted - set(found))
