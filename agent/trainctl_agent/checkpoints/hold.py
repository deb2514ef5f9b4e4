"""Keeps the files of a checkpoint for the time of its upload."""

import os
import shutil

from ..errors import Changed
from ..files import remove
from .look import files_of, look
from .whole.growth import changes
from .whole.names import unfinished


def hold(directory, stage, seen, grows=lambda path: False, rewritten=(), strict=True):
    """A second name for each file, so that a training process that replaces or removes its files while they are
    uploaded does no harm; a copy of those that are known to be `rewritten` where they are. Where that cannot be
    (another file system), the directory itself is read. Returns the folder to read from; raises Changed when it is not
    as it was seen, if `strict`."""
    remove(stage)
    root = os.path.realpath(directory)
    try:
        os.makedirs(stage, mode=0o700)
        for path, value in seen.items():
            kind, target = value[0], os.path.join(stage, path)
            if kind == "dir":
                os.makedirs(target, exist_ok=True)
            elif kind == "file":
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if path in rewritten:
                    shutil.copyfile(os.path.join(root, path), target, follow_symlinks=False)
                else:
                    os.link(os.path.join(root, path), target, follow_symlinks=False)
    except FileNotFoundError:
        raise Changed("a file went away")
    except OSError:
        remove(stage)
        return root
    if not strict:
        return stage
    now = look(directory)
    unequal = now if now is None else changes_here(seen, now, grows)
    if unequal is None or unequal:
        remove(stage)
        raise Changed("%s changed" % (unequal[0] if unequal else "the directory"), unequal or ())
    return stage


def changes_here(seen, now, grows):
    """The paths that are not as they were seen. What was left out then is no change, nor is a folder without files."""
    found = changes(seen, now, grows)
    return [path for path in found if path in seen or not (unfinished(path) or now[path][0] == "dir")]


def as_copied(stage, seen, rewritten):
    """What was seen, with the copied files at the size that they were copied at."""
    copied = {path for path in files_of(seen) if path in rewritten}
    sizes = {path: os.lstat(os.path.join(stage, path)).st_size for path in copied}
    return {path: value[:2] + (sizes[path],) + value[3:] if path in sizes else value for path, value in seen.items()}


def held_changes(stage, seen, grows, rewritten):
    """Which of the held files have changed where they are. Copies cannot."""
    after = look(stage) or {}
    files = {path: value for path, value in files_of(seen).items() if path not in rewritten}
    return changes(files, {path: after.get(path) for path in files}, grows)
