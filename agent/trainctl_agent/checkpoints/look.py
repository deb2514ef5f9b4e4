"""What the checkpoint directory holds at a moment."""

import contextlib
import os
import stat


def scan(root):
    """{path: (kind, mode, size, mtime_ns, inode or link target)} of all below root, links not followed."""
    found, todo = {}, [""]
    while todo:
        folder = todo.pop()
        with open_folder(root, folder) as entries:
            for entry in entries:
                path = folder + "/" + entry.name if folder else entry.name
                info = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(info.st_mode):
                    found[path] = ("dir", 0, 0, 0, 0)
                    todo.append(path)
                elif stat.S_ISLNK(info.st_mode):
                    found[path] = ("link", 0, 0, 0, os.readlink(os.path.join(root, path)))
                elif stat.S_ISREG(info.st_mode):
                    found[path] = ("file", info.st_mode & 0o777, info.st_size, info.st_mtime_ns, info.st_ino)
    return found


def open_folder(root, folder):
    """What lies in a folder. One that may not be read is empty here, and named where it is packed."""
    try:
        return os.scandir(os.path.join(root, folder))
    except PermissionError:
        if not folder:
            raise
        return contextlib.nullcontext(())


def look(root):
    """A snapshot of the directory; None while it changes under the scan."""
    try:
        return scan(os.path.realpath(root))
    except OSError:
        return None if os.path.isdir(root) else {}


def empty(seen):
    """Whether a snapshot has nothing but folders."""
    return all(value[0] == "dir" for value in seen.values())


def files_of(seen):
    return {path: value for path, value in seen.items() if value[0] == "file"}
