"""Gives what was restored its second names, modes and times."""

import contextlib
import os

from ...folders import make_parents


def space_needed(manifest):
    """Bytes that a checkpoint takes on the disk."""
    return sum(
        file["size"] - sum(length for _, length in file.get("holes", []))
        for file in manifest["files"]
        if "link" not in file and "sameAs" not in file
    )


def make_as_it_was(root, manifest):
    """For a folder that holds all files and folders, but no links yet. Folders come last, the deepest first: whatever
    is put into one dates it anew, and one that may not be written takes nothing more."""
    for file in manifest["files"]:
        full = make_parents(root, file["path"])
        if "link" in file:
            os.symlink(file["link"], full)
            set_time(full, file)
        elif "sameAs" in file:
            os.link(os.path.join(root, file["sameAs"]), full, follow_symlinks=False)
        else:
            set_file(full, file)
    os.chmod(root, 0o755)
    for folder in sorted(manifest.get("folders", []), key=lambda folder: -len(folder["path"].split("/"))):
        full = os.path.join(root, folder["path"]) if folder["path"] else root
        # The directory itself stays writable: it is still to be put in place, and the command writes there.
        os.chmod(full, folder["mode"] | (0o500 if folder["path"] else 0o700))
        set_time(full, folder)


def set_file(full, file):
    fd = os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.fsync(fd)
        os.fchmod(fd, (file["mode"] & 0o777) | 0o400)
    finally:
        os.close(fd)
    set_time(full, file)


def set_time(full, entry):
    """Nanoseconds, or the seconds of an older manifest. A time that the file system cannot hold is no damage."""
    with contextlib.suppress(OSError, OverflowError, ValueError):
        if "mtimeNs" in entry:
            os.utime(full, ns=(entry["mtimeNs"], entry["mtimeNs"]), follow_symlinks=False)
        elif isinstance(entry.get("mtime"), (int, float)):
            os.utime(full, (entry["mtime"], entry["mtime"]), follow_symlinks=False)
