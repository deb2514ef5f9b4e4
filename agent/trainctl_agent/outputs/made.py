"""All that a command makes in its working directory, as outputs."""

import os
from collections import namedtuple

from ..files import write_json
from .find import inner_file
from .folder import KEPT, below, ignore_texts, look, made
from .ignore import Ignore
from .limit import LIMIT, within

Made = namedtuple("Made", "kept others total over many astray closed", defaults=[()])
"""`kept`: {path: bytes} that are outputs; `others`: [(path, bytes, why)] that are none; `total`: bytes outside of
`outputs/` that would be kept without a limit; `over`: [(path, bytes)] beyond it; `many`: [(path, bytes)] of which there
are too many; `astray`: links that lead to nothing in there; `closed`: folders that cannot be read."""


class Folder:
    """The working directory before the command, and what has become of it."""

    def __init__(self, code, request):
        self.code, self.checkpoints = code, request["checkpoints"]["dir"].strip("/")
        self.inputs = [path.strip("/") for path in request.get("inputs") or []]
        self.limit = LIMIT if request.get("outputLimitBytes") is None else int(request["outputLimitBytes"])
        self.before, self.closed, self.ignore = {}, [], Ignore({})

    def note(self, state):
        """Remembers what is there before the command starts, and what is to be ignored."""
        self.before = look(self.code, self.checkpoints, self.closed)
        self.ignore = Ignore(ignore_texts(self.code, self.before))
        write_json(os.path.join(state, "folder.json"), self.before)

    def made(self, named=None):
        """What the command has created or changed. `named`: the paths that the spec names as outputs, where it does."""
        closed = []
        now = look(self.code, self.checkpoints, closed)
        wanted, kept, others, astray = {}, {}, [], []
        for path in made(self.before, now):
            if now[path][3] and leads_astray(self.code, os.path.join(self.code, path)):
                if self.why_not(path, named) is None:
                    astray.append(path)
                continue
            size = self.size(path, now)
            if size is None:
                continue
            why = self.why_not(path, named)
            if why:
                others.append((path, size, why))
            elif named is None and not below(path, KEPT):
                wanted[path] = size
            else:
                kept[path] = size
        fits, *left = within(wanted, self.limit)
        kept.update((path, wanted[path]) for path in fits)
        over, many = ([(path, wanted[path]) for path in paths] for paths in left)
        others += [(path, size, "limit") for path, size in over]
        others += [(path, size, "many") for path, size in many]
        closed = sorted(path for path in closed if path not in self.closed and self.why_not(path, named) is None)
        return Made(kept, others, sum(wanted.values()), over, many, sorted(astray), closed)

    def why_not(self, path, named):
        if named is not None:
            if any(below(path, name) for name in named):
                return None
        elif below(path, KEPT):
            return None
        if path in self.before and any(below(path, place) for place in self.inputs):
            return "input"
        if self.ignore.ignores(path):
            return "ignored"
        return None if named is None else "unnamed"

    def size(self, path, now):
        """Bytes of a file; None for a link that adds none: to a folder, or to what was there before."""
        size, _, _, is_link = now[path]
        if not is_link:
            return size
        real = inner_file(self.code, os.path.join(self.code, path))
        if not os.path.isfile(real):
            return None
        target = os.path.relpath(real, os.path.realpath(self.code))
        if target in self.before and self.before[target] == now.get(target):
            return None
        return os.path.getsize(real)


def leads_astray(code, link):
    """Whether a link leads out of the folder, or to nothing."""
    real = inner_file(code, link)
    return real is None or not os.path.exists(real)
