"""Whether what a process left was whole when it ended."""

from collections import namedtuple

RECENT_SECONDS = 2.0
"""What was written so shortly before a violent end may have been cut: the next file, or the rest of this one."""

CLOCK_SECONDS = 0.05
"""The clock of files is coarser than that of looks: what is written after a look may be dated before it."""

ORDERLY = ("SIGTERM", "SIGINT", "SIGHUP")
"""A program that has handled one may end by it all the same, once it is done."""

ORDERLY_CODES = (129, 130, 143)
"""Those of the same signals. A program that was told by the stop file alone, and sent none, has chosen it."""

LEFT = "as it was left running"

Look = namedtuple("Look", "signal at written mark")
"""What was open for writing right before a signal that ends the training, or when it was LEFT: {(device, inode): pid}.
`mark`: a Mark of the moment before the signal, None where nobody tells."""


class Story:
    """How the process came to its end, as far as it was seen. Times are epoch seconds.

    `looks`: as Look. `careful`: whether TERM was handled by those who write; `left_careful`: by those that were left
    running; `ranks`: whether several trainings were told. `saved`: whether anything was saved after TERM; `lacking`:
    whether files of a save that had begun are known to be missing. `opened`, `closed`: as Watch has them. `asked`: who
    told the process to end, None for nobody."""

    def __init__(self, opened, closed):
        self.opened, self.closed, self.looks = opened, closed, []
        self.careful = self.left_careful = self.ranks = self.saved = self.lacking = False
        self.ended_at = self.code = self.signal = None
        self.asked = None

    def kill(self):
        """When KILL came, if it did."""
        look = self.first("KILL")
        return look and look.at

    def first(self, signal):
        return next((look for look in self.looks if look.signal == signal), None)

    def violent(self):
        """(when, in words) of an end that may have come in the middle of anything; None of one by its own choice."""
        if self.kill() is not None:
            return self.kill(), "the process was killed"
        if self.asked and self.first("TERM"):
            return self.by_term()
        if self.code in ORDERLY_CODES and self.asked and self.asked != "lease":
            # The end of a lease may be that of the host, which sends TERM to all.
            return None
        if self.by_signal():
            return self.ended_at, self.by_signal()
        if self.code and not self.asked:
            return self.ended_at, "the process failed (exit code %d)" % self.code
        return None

    def by_term(self):
        """A handler that only ends the process does so wherever that is, and a shell may end with 0 although its child
        was ended by TERM. What was saved after TERM was saved by somebody who outlived it."""
        code = self.code or 0
        outlived = self.first("TERM").mark and not self.signal and code <= 128
        chosen = self.signal in (None, *ORDERLY) and (code <= 128 or code in ORDERLY_CODES)
        if self.saved and (outlived or (self.careful and chosen)):
            return None
        return self.ended_at, self.by_signal() or "the process was ended by TERM"

    def by_signal(self):
        if self.signal or (self.code or 0) > 128:
            return "the process ended by %s" % (self.signal or "a signal (exit code %d)" % self.code)
        return None


def saved_since(look, files):
    """Whether any of these files ({path: mtime}) was written, or renamed into place, after the signal of a look."""
    if look.mark:
        return any(look.mark.later(path) for path in files)
    return any(mtime > look.at - CLOCK_SECONDS for mtime in files.values())


def doubt(files, story):
    """Why the files are not known to be whole; None when they are. `files`: {path: Left}, without what only grows."""
    return in_the_middle(files, story) or shortly_before(files, story) or cut_short(files)


def in_the_middle(files, story):
    """Files that were open for writing when the end came."""
    for look in story.looks:
        for path, file in files.items():
            opened = file.key in look.written or (look.mark and look.mark.open(path))
            again = bool(look.mark) and look.mark.anew(path)
            if opened and not (look.signal == "TERM" and was_finished(file, story, look.at, again)):
                return "%s was open for writing when the process was told to end (%s)" % (path, look.signal)
            if story.ranks and story.code and file.cut and look.mark and look.mark.later(path):
                return "%s was open for writing when its process ended, below others" % path
            if look.signal == LEFT and not story.left_careful and look.mark and look.mark.later(path):
                if not file.renamed:
                    return "%s was written by what was left running, until that was ended" % path
    violent = story.violent()
    if violent:
        for path, file in files.items():
            # At the last look, that is.
            if file.key in story.opened and file.key not in story.closed and not file.renamed:
                return "%s was open for writing when %s" % (path, violent[1])
    return None


def cut_short(files):
    """A process that ends by its own choice may end in the middle of what a thread of it writes."""
    for path, file in files.items():
        if file.short:
            return "%s was open for writing when its process ended, and is smaller than it was before" % path
    return None


def was_finished(file, story, when, again=False):
    """Whether a process that was told to end in the middle of a file went on after it: a metrics line came later, or it
    lived on for some time with the file closed; or, told and ending by its own choice, it wrote the file `again`."""
    if story.kill() is not None:
        return False
    if file.renamed:
        return True
    if again and story.careful and not story.violent():
        return True
    closed = story.closed.get(file.key)
    lived_on = closed is not None and closed > when and story.ended_at - closed >= RECENT_SECONDS
    return lived_on or file.went_on(when)


def shortly_before(files, story):
    """Files written right before a violent end, that were not renamed into place."""
    violent = story.violent()
    if not violent:
        return None
    at, words = violent
    # A line of metrics after a file says nothing of the next one, where a thread of its own saves.
    doubtful = [path for path, file in files.items() if not file.renamed and (story.lacking or not file.went_on(0.0))]
    recent = [(files[path].mtime, path) for path in doubtful if at - files[path].mtime <= RECENT_SECONDS]
    if not recent or all_there(files, story):
        return None
    mtime, path = max(recent)
    return "%s was written %.1f s before %s" % (path, max(0.0, at - mtime), words)


def all_there(files, story):
    """Whether nothing was missing, or in the middle, when the process was last told to end: nothing was written after
    that, and there is one file alone, or all that are saved together had been finished."""
    told = [look for look in story.looks if look.signal != LEFT]
    if not told:
        return False
    marks = [look.mark for look in told if look.mark]
    single = list(files.values())[0] if len(files) == 1 else None
    if not marks:
        return bool(single and single.size and single.mtime <= max(look.at for look in told) - CLOCK_SECONDS)
    # One that is empty may have been about to be written (see Begun).
    return (marks[-1].over or bool(single and single.size)) and not any(marks[-1].later(path) for path in files)
