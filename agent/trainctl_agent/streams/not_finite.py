"""Metrics that are no finite numbers: which, how often, from which step to which."""

MOST = 12
"""Pairs of a name and a value that are remembered; a model that diverges takes every one of its metrics with it."""


class NotFinite:
    def __init__(self):
        # By name and value, in the order of their first; and the one that each name has now.
        self.entries, self.current = {}, {}
        # Those that nobody has taken note of yet.
        self.fresh = []

    def see(self, name, value, step, line):
        """A value of a metric as it is shown: text is what is not finite."""
        now = self.current.get(name)
        if now is not None and now["value"] != value:
            now["ongoing"] = False
            del self.current[name]
        if not isinstance(value, str):
            return
        entry = self.entries.get((name, value))
        if entry is None:
            if len(self.entries) >= MOST:
                return
            entry = {"name": name, "value": value, "times": 0, "spells": 0, "firstLine": line, "firstStep": step}
            self.entries[(name, value)] = entry
            self.fresh.append(entry)
        if name not in self.current:
            entry.update(sinceStep=step, spells=entry["spells"] + 1, ongoing=True)
            self.current[name] = entry
        entry.update(lastStep=step, times=entry["times"] + 1)

    def take(self):
        fresh, self.fresh = self.fresh, []
        return [dict(entry) for entry in fresh]

    def told(self):
        """As it is told; None when all was finite."""
        return [dict(entry) for entry in list(self.entries.values())] or None


def in_words(entries):
    """Of entries with one value: `loss became NaN at step 4`, `loss was NaN at steps 4–11`, `a, b and 3 more …`."""
    first, names = entries[0], [entry["name"] for entry in entries]
    if len(names) > 1:
        names = names if len(names) <= 3 else names[:2] + ["%d more" % (len(names) - 2)]
        together = all(entry["firstStep"] == first["firstStep"] for entry in entries)
        where = _at(first) if together else "from %s on" % _at(first)[3:]
        return "%s and %s became %s %s" % (", ".join(names[:-1]), names[-1], first["value"], where)
    if first["ongoing"]:
        return "%s became %s %s" % (first["name"], first["value"], _at(first))
    times = "" if first["spells"] == 1 else " %d times," % first["times"]
    where = _at(first)
    if first["firstStep"] is not None and first["firstStep"] != first["lastStep"]:
        where = "at steps %d–%d" % (first["firstStep"], first["lastStep"])
    return "%s was %s%s %s" % (first["name"], first["value"], times, where)


def _at(entry):
    if entry["firstStep"] is None:
        return "at line %d of its metrics" % entry["firstLine"]
    return "at step %d" % entry["firstStep"]
