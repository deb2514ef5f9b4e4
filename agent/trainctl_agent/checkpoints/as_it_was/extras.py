"""What a manifest says of a directory beyond names and content: hints, which a reader may pass over."""

import contextlib
import os
import stat

from ...sparse import holes_of
from ..sane import kept_time

FOLDER_BITS = 0o3777
"""Of a folder's mode: the permissions, setgid (its files get its group) and sticky."""


def add_extras(directory, root, files, seen):
    """Completes the entries of files, read from below `root`, and of links in the directory itself: holes, times of
    links, and `sameAs` for the second name of a file, which then shares the first one's parts."""
    first = {}
    for entry in files:
        with contextlib.suppress(OSError):
            if "link" in entry:
                entry["mtimeNs"] = kept_time(os.lstat(os.path.join(directory, entry["path"])).st_mtime_ns)
                continue
            same = first.setdefault(seen[entry["path"]][1:], entry)
            if same is not entry:
                entry["sameAs"], entry["parts"] = same["path"], same["parts"]
                continue
            holes = holes_of(os.path.join(root, entry["path"]), entry["size"])
            if holes:
                entry["holes"] = holes


def folders_of(root, paths):
    """Mode and time of the directory itself (path '') and of its folders."""
    found = []
    for path in ["", *sorted(paths)]:
        with contextlib.suppress(OSError):
            info = os.lstat(os.path.join(os.path.realpath(root), path))
            if stat.S_ISDIR(info.st_mode):
                found.append({"path": path, "mode": info.st_mode & FOLDER_BITS, "mtimeNs": kept_time(info.st_mtime_ns)})
    return found
