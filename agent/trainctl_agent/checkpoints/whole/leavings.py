"""The files that a process left, and what is known of how they were written."""

import os


class Left:
    """A file as it was left. `told`: whether a line of metrics came after it had been closed, None where nobody tells;
    `moved_on_at`: when the last one came; `cut`: whether it was closed because its process ended, as far as anybody
    knows; `short`: whether it is then smaller than the save before it."""

    def __init__(self, info, renamed, told=None, moved_on_at=0.0, cut=False, before=0):
        self.key, self.mtime, self.renamed = (info.st_dev, info.st_ino), info.st_mtime, renamed
        self.size, self.told, self.moved_on_at, self.cut = info.st_size, told, moved_on_at, cut and not renamed
        self.short = self.cut and shorter(self.size, before)

    def went_on(self, when):
        """Whether the training went on after this file, and after that time."""
        later = self.moved_on_at > (when if self.told else max(when, self.mtime))
        return later and self.told is not False


def shorter(size, before):
    """Whether a save is smaller than the one before it by more than its numbers make out."""
    return size + max(1024, before // 50) < before


def left(
    root, paths, linked=frozenset(), moved=frozenset(), told=lambda path: None, moved_on_at=0.0, cut=(), sizes=None
):
    """{path: Left}. A file was renamed into place when the kernel has told so of it or of a folder above it (`moved`),
    or when its inode, or that of a folder above it, was changed after the last write below it. Giving a file another
    name does that too: of `linked` inodes that says nothing. `sizes`: those of the saves before, where they are
    known."""
    found, folders, sizes = {}, {}, sizes or {}
    for path in paths:
        try:
            info = os.lstat(os.path.join(root, path))
        except OSError:
            continue
        renamed = path in moved or (info.st_ctime_ns > info.st_mtime_ns and info.st_ino not in linked)
        above = path
        while above and not renamed:
            above = os.path.dirname(above)
            if above not in folders:
                folders[above] = renamed_folder(os.path.join(root, above), above in moved)
            at = folders[above]
            renamed = at is not None and info.st_mtime_ns < at
        found[path] = Left(info, renamed, told(path), moved_on_at, path in cut, sizes.get(path, 0))
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
