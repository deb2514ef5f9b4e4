"""What of the checkpoint directory no checkpoint can hold."""

import collections
import contextlib
import os
import stat

from ..sane import kept_time

KINDS = {
    stat.S_IFIFO: "a fifo, left out",
    stat.S_IFSOCK: "a socket, left out",
    stat.S_IFCHR: "a device, left out",
    stat.S_IFBLK: "a device, left out",
}
SAID, LONGEST = 3, 60
"""Names that one line says, and characters of each."""


class LeftOut:
    """Names it when it is packed: each once as a `problem` of the end, the first of each reason at once, by `warn`."""

    def __init__(self, problem, warn=lambda text: None):
        self.problem, self.warn, self.told, self.reasons = problem, warn, set(), set()
        # Of the last look: files that cannot be packed, and all that no checkpoint holds, a sentence for each reason.
        self.unreadable, self.words = set(), []

    def look(self, root, stage, links=()):
        """Reads the directory as it is. `stage` may hold second names of its files (hold.py); `links` lead out."""
        found, names, self.unreadable = {}, {}, set()
        for path, info in everything(os.path.realpath(root)):
            full = os.path.join(root, path)
            if stat.S_ISREG(info.st_mode) and info.st_nlink > 1:
                names.setdefault((info.st_dev, info.st_ino, info.st_nlink), []).append(path)
            for what in faults(full, info):
                found.setdefault(what, []).append(path)
                if what == UNREADABLE:
                    self.unreadable.add(path)
        ours = collections.Counter((info.st_dev, info.st_ino) for _, info in everything(stage))
        for (device, inode, count), paths in names.items():
            if len(paths) + ours[device, inode] < count:
                found.setdefault(SECOND_NAME, []).extend(paths)
        if links:
            found[OUTSIDE] = list(links)
        self.words = [in_words(what, sorted(paths)) for what, paths in found.items()]
        for what, paths in found.items():
            self.say(what, sorted(path for path in paths if (what, path) not in self.told))

    def say(self, what, paths):
        self.told.update((what, path) for path in paths)
        if not paths:
            return
        text = "checkpoint: " + in_words(what, paths)
        self.problem(text)
        if what not in self.reasons:
            self.reasons.add(what)
            self.warn(text)


SECOND_NAME = "also a name outside of the directory, comes back as a file of its own"
OUTSIDE = "a link that points out of the directory, left out"
UNREADABLE = "may not be read, left out"


def in_words(what, paths):
    """`'a', 'b', 'c' and 6 more: a fifo, left out`; of long names their ends, where they differ."""
    more = " and %d more" % (len(paths) - SAID) if len(paths) > SAID else ""
    return "%s%s: %s" % (", ".join(repr(path[-LONGEST:]) for path in paths[:SAID]), more, what)


def everything(root):
    """(path, lstat) of all below root, and of itself, links not followed. What goes away meanwhile is passed over."""
    todo = [""]
    while todo:
        folder = todo.pop()
        with contextlib.suppress(OSError):
            yield folder, os.lstat(os.path.join(root, folder))
        with contextlib.suppress(OSError), os.scandir(os.path.join(root, folder)) as entries:
            for entry in entries:
                path = folder + "/" + entry.name if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    todo.append(path)
                else:
                    with contextlib.suppress(OSError):
                        yield path, entry.stat(follow_symlinks=False)


def faults(full, info):
    """Why something cannot be kept as it is."""
    kind = stat.S_IFMT(info.st_mode)
    if kind in KINDS:
        return [KINDS[kind]]
    if kind == stat.S_IFLNK:
        return []
    if not os.access(full, os.R_OK | (os.X_OK if kind == stat.S_IFDIR else 0)):
        return [UNREADABLE]
    found = []
    if info.st_uid != os.geteuid():
        found.append("of another user, comes back as the run's own")
    if kind == stat.S_IFREG and info.st_mode & 0o7000:
        found.append("its setuid, setgid or sticky bit is not kept")
    if kept_time(info.st_mtime_ns) != info.st_mtime_ns:
        found.append("its time is beyond what a checkpoint holds, and comes back as the last one that it does")
    extended = attributes(full)
    if extended:
        found.append("its extended attributes are not kept (%s)" % ", ".join(extended[:SAID]))
    return found


def attributes(full):
    """Names of extended attributes that a person or a tool has set; labels of the system itself are its own."""
    with contextlib.suppress(OSError, AttributeError):
        return [name for name in os.listxattr(full, follow_symlinks=False) if name != "security.selinux"]
    return []
