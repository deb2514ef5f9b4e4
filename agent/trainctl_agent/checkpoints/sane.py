"""Numbers and names of a manifest that a disk can take."""

import os

PATH_BYTES, NAME_BYTES = 4095, 255
"""What Linux takes of a path, and of each name in it."""

MOST_BYTES = 2**60
"""More than any file system holds."""

LATEST = 10**11 - 1
"""Seconds before and after 1970 that a manifest holds: some file systems take more, most take less."""


def kept_time(nanoseconds):
    """A file's time as a manifest holds it."""
    return max(-LATEST * 10**9, min(LATEST * 10**9, nanoseconds))


def path_fault(path):
    """Why no disk takes a path; None when one does."""
    try:
        names = [os.fsencode(name) for name in path.split("/")]
    except UnicodeError:
        return "is no name"
    if any(len(name) > NAME_BYTES for name in names) or sum(len(name) + 1 for name in names) > PATH_BYTES + 1:
        return "is longer than a disk takes"
    return None


def size_fault(size):
    """Why a number is no size of a file; None when it is one."""
    if type(size) is not int or size < 0:
        return "is no number that a size can be"
    return "is larger than any disk" if size > MOST_BYTES else None


def time_fault(mtime):
    """Why a number is no time of a file; None when it is one, or when there is none."""
    if mtime is None:
        return None
    # NaN is in no interval.
    if type(mtime) not in (int, float) or not -LATEST <= mtime <= LATEST:
        return "is no time that a file can have"
    return None
