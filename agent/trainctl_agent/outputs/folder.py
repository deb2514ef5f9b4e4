"""The working directory: what lies in it, and what the command has made of it."""

import contextlib
import os
import stat

from .caches import is_cache
from .ignore import NAMES

KEPT = "outputs"
"""What lies here is always kept: scripts are told of it (TRAINCTL_OUTPUTS)."""


def look(code, checkpoints, closed=None):
    """{path: (size, mtime in ns, inode, is a link)} of every file and link, caches and the checkpoint folder aside. A
    folder that cannot be read has nothing in it, and is put into the list `closed`."""
    found, todo = {}, [""]
    while todo:
        folder = todo.pop()
        try:
            entries = os.scandir(os.path.join(code, folder))
        except OSError as error:
            if closed is not None and isinstance(error, PermissionError):
                closed.append(folder.rstrip("/"))
            continue
        with contextlib.suppress(OSError), entries:
            for entry in entries:
                path = folder + entry.name
                with contextlib.suppress(OSError):
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if path == checkpoints or left_out(path, entry.path, is_folder):
                        continue
                    if is_folder:
                        todo.append(path + "/")
                        continue
                    seen = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(seen.st_mode) or stat.S_ISLNK(seen.st_mode):
                        found[path] = (seen.st_size, seen.st_mtime_ns, seen.st_ino, stat.S_ISLNK(seen.st_mode))
    return found


def left_out(path, full, is_folder):
    return not below(path, KEPT) and is_cache(path, full, is_folder)


def below(path, folder):
    """Whether `path` is `folder` ('' is the top), or lies in it."""
    return not folder or path == folder or path.startswith(folder + "/")


def made(before, now):
    """The paths that were created or changed between two looks."""
    return [path for path, seen in now.items() if before.get(path) != seen]


def ignore_texts(code, seen):
    """{path: text} of the ignore files among what was seen."""
    texts = {}
    for path in seen:
        if os.path.basename(path) in NAMES:
            with contextlib.suppress(OSError), open(os.path.join(code, path), "rb") as file:
                texts[path] = file.read(1 << 20).decode("utf-8", "replace")
    return texts
