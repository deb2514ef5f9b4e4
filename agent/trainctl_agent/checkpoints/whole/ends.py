"""Whether what a process left was whole when it ended."""

import os

RECENT_SECONDS = 2.0
"""What was written so shortly before a violent end may have been cut: the next file, or the rest of this one."""

CLOCK_SECONDS = 0.05
"""The clock of files is coarser than that of looks: what is written after a look may be dated before it."""

ORDERLY = ("SIGTERM", "SIGINT", "SIGHUP")
"""A program that has handled one may end by it all the same, once it is done."""

ORDERLY_CODES = (129, 130, 143)
"""Those of the same signals. A program that was told by the stop file alone, and sent none, has chosen it."""


class Story:
    """How the process came to its end, as far as it was seen. Times are epoch seconds.

    `looks`: what was open for writing right before each ending signal, and what was left running, as [(signal, when,
    {(device, inode): pid})]. `careful`: whether TERM was handled by those who write. `opened`, `closed`: as Watch has
    them. `asked`: who told the process to end, None for nobody."""

    def __init__(self, opened, closed):
        self.opened, self.closed, self.looks, self.careful = opened, closed, [], False
        self.ended_at = self.code = self.signal = None
        self.asked = None

    def kill(self):
        """When KILL came, if it did."""
        times = [when for signal, when, _ in self.looks if signal == "KILL"]
        return times[0] if times else None

    def termed(self):
        return any(signal == "TERM" for signal, _, _ in self.looks)

    def violent(self):
        """(when, in words) of an end that may have come in the middle of anything; None of one by its own choice."""
        if self.kill() is not None:
            return self.kill(), "the process was killed"
        if self.asked and self.careful and self.signal in (None, *ORDERLY):
            return None
        if self.code in ORDERLY_CODES and self.asked and self.asked != "lease" and not self.termed():
            # The end of a lease may be that of the host, which sends TERM to all.
            return None
        if self.signal or (self.code or 0) > 128:
            return self.ended_at, "the process ended by %s" % (self.signal or "a signal (exit code %d)" % self.code)
        if self.code and not self.asked:
            return self.ended_at, "the process failed (exit code %d)" % self.code
        return None


def doubt(files, story, moved_on_at):
    """Why the files are not known to be whole; None when they are. `files`: {path: Left}, without what only grows.
    `moved_on_at`: when a metrics line was last written."""
    return in_the_middle(files, story, moved_on_at) or shortly_before(files, story, moved_on_at)


def in_the_middle(files, story, moved_on_at):
    """Files that were open for writing when the end came."""
    for signal, when, written in story.looks:
        for path, file in files.items():
            if file.key in written and not (signal == "TERM" and was_finished(file, story, moved_on_at, when)):
                return "%s was open for writing when the process was told to end (%s)" % (path, signal)
    violent = story.violent()
    if violent:
        for path, file in files.items():
            # At the last look, that is.
            if file.key in story.opened and file.key not in story.closed and not file.renamed:
                return "%s was open for writing when %s" % (path, violent[1])
    return None


def was_finished(file, story, moved_on_at, when):
    """Whether a process that was told to end in the middle of a file went on after it: a metrics line came later, or it
    lived on for some time with the file closed."""
    if story.kill() is not None:
        return False
    if file.renamed:
        return True
    closed = story.closed.get(file.key)
    lived_on = closed is not None and closed > when and story.ended_at - closed >= RECENT_SECONDS
    return lived_on or moved_on_at > max(file.mtime, when)


def shortly_before(files, story, moved_on_at):
    """Files written right before a violent end, that were not renamed into place."""
    violent = story.violent()
    if not violent:
        return None
    at, words = violent
    recent = [(file.mtime, path) for path, file in files.items() if not file.renamed]
    if not recent:
        return None
    mtime, path = max(recent)
    looked_at = max((when for _, when, _ in story.looks), default=0.0)
    if len(files) == 1 and files[path].size and mtime <= looked_at - CLOCK_SECONDS:
        # It was seen closed after that, and there is no other that could be missing. One that is empty may have been
        # about to be opened (see Begun).
        return None
    if at - mtime > RECENT_SECONDS or moved_on_at > mtime:
        return None
    return "%s was written %.1f s before %s" % (path, max(0.0, at - mtime), words)


class Left:
    """A file as it was left."""

    def __init__(self, info, renamed):
        self.key, self.mtime, self.renamed = (info.st_dev, info.st_ino), info.st_mtime, renamed
        self.size = info.st_size


def left(root, paths, linked=frozenset(), moved=frozenset()):
    """{path: Left}. A file was renamed into place when the kernel has told so of it or of a folder above it (`moved`),
    or when its inode, or that of a folder above it, was changed after the last write below it. Giving a file another
    name does that too: of `linked` inodes that says nothing."""
    found, folders = {}, {}
    for path in paths:
        try:
            info = os.lstat(os.path.join(root, path))
        except OSError:
            continue
        renamed = path in moved or (info.st_ctime_ns > info.st_mtime_ns and info.st_ino not in linked)
        above = os.path.dirname(path)
        while above and not renamed:
            if above not in folders:
                folders[above] = renamed_folder(os.path.join(root, above), above in moved)
            at = folders[above]
            renamed = at is not None and info.st_mtime_ns < at
            above = os.path.dirname(above)
        found[path] = Left(info, renamed)
    return found


def renamed_folder(full, known):
    """When a folder was renamed, in ns; None when nothing says that it was, or something was made in it after that.
    `known`: that it was renamed is known, and what is older than its last change was there."""
    try:
        info = os.lstat(full)
    except OSError:
        return None
    if known:
        return info.st_ctime_ns + 1
    return info.st_ctime_ns if info.st_ctime_ns > info.st_mtime_ns else None
