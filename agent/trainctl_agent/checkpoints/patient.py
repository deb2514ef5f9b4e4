"""The wait for a directory that can be packed."""

import time

from .report import report_failure
from .whole.ready import CALM_SECONDS, OPEN_SECONDS, SUSPECT, WAIT, ready
from .whole.rounds import BEGUN
from .whole.siblings import incomplete
from .whole.sift import sift
from .whole.writers import process_name

MOST_PATIENCE = 120.0
"""How long, at least, a file that is being written is waited for; half of it where somebody waits for the answer."""

LATE_SECONDS = 3 * CALM_SECONDS
"""A directory that does not rest takes less than that."""


class Patient:
    """Of one checkpoint that is due. That it is late by more than `every` is told once."""

    def __init__(self, checkpoints, why):
        self.checkpoints, self.watch, self.grows = checkpoints, checkpoints.watch, checkpoints.packer.grows
        self.began, self.told = time.monotonic(), why != "periodic"
        self.patience = MOST_PATIENCE / 2 if why == "asked" else max(MOST_PATIENCE, 2 * checkpoints.every)

    def wait(self):
        """(what can be packed, why it is suspect). A folder without files can be packed at once."""
        while True:
            moment = self.watch.moment()
            waited = time.monotonic() - self.began
            if moment.seen is not None:
                opened = [path for path in moment.seen if moment.open(path) is not None]
                self.grows.logs = self.watch.additions.logs()
                self.grows.learn(moment.seen, {*opened, *self.watch.growing()} & set(moment.seen))
                kept, written = sift(moment, self.grows)
                more = [path for path in [*self.watch.growing(), *self.watch.begun.paths()] if path not in written]
                written += [path for path in more if path in kept and not self.grows(path)]
                written += filter(None, [incomplete(kept, time.time())])
                known, save = moment.written is not None, self.watch.save(moment.seen)
                patience = self.patience_with(moment, written)
                verdict = ready(bool(written), known, self.watch.rest(), waited, patience, save)
                if verdict == SUSPECT:
                    self.checkpoints.packer.rewritten.update(written)
                    return kept, self.why(moment, written)
                if verdict != WAIT:
                    return kept, None
                if waited > max(LATE_SECONDS, self.checkpoints.every) and not self.told:
                    self.told = True
                    what = self.why(moment, written)
                    report_failure(self.checkpoints.shared, "one is late by %d s: %s" % (waited, what))
            elif waited > self.patience:
                raise OSError("%s changed under every look for %d s" % (self.checkpoints.name, waited))
            self.checkpoints.pause(0.2)

    def patience_with(self, moment, written):
        """What has been open for longer than any save is waited for is kept open: it will not be closed soon."""
        kept_open = written and all(self.watch.open_for(moment, path) > MOST_PATIENCE for path in written)
        return min(self.patience, OPEN_SECONDS) if kept_open else self.patience

    def why(self, moment, written):
        lacking = self.watch.lacking(moment.seen) if self.watch.save(moment.seen) == BEGUN else None
        if lacking and not written:
            return "%s belongs to the save that has begun, and has not come" % lacking[0]
        if not written:
            return "files are added to it one after another"
        first, pid = written[0], moment.open(written[0])
        more = " (and %d more)" % (len(written) - 1) if len(written) > 1 else ""
        being = "being written" if moment.seen[first][2] == 0 else "being added to"
        return "%s%s is %s" % (first, more, being if pid is None else "open for writing by " + process_name(pid))
