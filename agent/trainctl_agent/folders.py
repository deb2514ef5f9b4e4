"""Folders: made, and put in place."""

import os
import stat
import tempfile

from .errors import AgentError
from .files import remove


def make_state(directory):
    os.makedirs(directory, exist_ok=True)
    state = os.path.join(directory, "state")
    os.makedirs(state, mode=0o700, exist_ok=True)
    return state


def temp_dir(directory, name):
    """A fresh folder beside the target, on the same disk, so that it can be renamed into place."""
    base = os.path.join(directory, "tmp")
    os.makedirs(base, exist_ok=True)
    return tempfile.mkdtemp(prefix=name + "-", dir=base)


def replace_dir(source, target):
    """Puts a finished folder in place of whatever is there."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        old = tempfile.mkdtemp(prefix=".old-", dir=os.path.dirname(target))
        os.rename(target, os.path.join(old, "x"))
        os.rename(source, target)
        remove(old)
    else:
        os.rename(source, target)


def make_parents(root, path):
    """Makes the folders above `path` (relative), and refuses to go through anything that is not a real folder."""
    current = root
    for part in path.split("/")[:-1]:
        current = os.path.join(current, part)
        try:
            mode = os.lstat(current).st_mode
        except FileNotFoundError:
            os.mkdir(current, 0o755)
            continue
        if not stat.S_ISDIR(mode):
            raise AgentError("hostile", "%r would be written through %r, which is no folder" % (path, part))
    return os.path.join(root, path)
