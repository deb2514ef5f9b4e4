"""Keeps the files of a checkpoint for the time of its upload."""

import os

from ..errors import Changed
from ..files import remove
from .look import look


def hold(directory, stage, seen):
    """A second name for each file, so that a training process that replaces or removes its files while they are
    uploaded does no harm. Where that cannot be (another file system), the directory itself is read. Returns the folder
    to read from."""
    remove(stage)
    root = os.path.realpath(directory)
    try:
        os.makedirs(stage, mode=0o700)
        for path, (kind, _, _, _, _) in seen.items():
            target = os.path.join(stage, path)
            if kind == "dir":
                os.makedirs(target, exist_ok=True)
            elif kind == "file":
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.link(os.path.join(root, path), target, follow_symlinks=False)
    except FileNotFoundError:
        raise Changed("a file went away")
    except OSError:
        remove(stage)
        return root
    if look(directory) != seen:
        raise Changed("the directory changed")
    return stage
