"""Symbolic links in a checkpoint."""

import os

from ..paths import link_stays, links_stay


def inner_link(directory, path, target):
    """The target of a link as it is kept: relative, and inside the directory; None for one that leads out."""
    root = os.path.realpath(directory)
    if os.path.isabs(target) and os.path.normpath(target).startswith((root + "/", directory + "/")):
        base = root if os.path.normpath(target).startswith(root + "/") else directory
        target = os.path.relpath(os.path.normpath(target), os.path.dirname(os.path.join(base, path)))
    if link_stays(root, path, target) and links_stay(root, [path]) is None:
        return target
    return None
