"""Files that were emptied to be written, and never were."""

import os

from ..look import files_of
from .ends import RECENT_SECONDS


def hollow(kept, before, ended_at, moved_on_at):
    """The path of a file that is empty since right before the end, and was not so when it was last looked at, or has
    the suffix of others that are not; None when there is none. A handler of TERM that ends the process at once leaves
    one, opened after the last look at who writes. Empty marks such as `done` are none.

    `kept`, `before`: the directory as it was left and as it was last seen."""
    files = files_of(kept)
    suffixes = {suffix_of(path) for path, value in files.items() if value[2]} - {""}
    for path, value in sorted(files.items()):
        at, was = value[3] / 1e9, before.get(path)
        if value[2] or ended_at - at > RECENT_SECONDS or moved_on_at > at:
            continue
        if (was and was[0] == "file" and was[2]) or suffix_of(path) in suffixes:
            return path
    return None


def suffix_of(path):
    return os.path.splitext(path)[1]
