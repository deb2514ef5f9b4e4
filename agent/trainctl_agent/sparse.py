"""Holes: what a file has at a place where nothing was ever written. They read as zeros and take no space."""

import errno
import functools
import hashlib
import os

from .sizes import READ

LEAST = 65536
"""Bytes. A shorter hole is not worth a line in a manifest."""

MOST = 4096
"""Holes that are listed of one file, the longest ones; the others come back as zeros."""

KNOWN = hasattr(os, "SEEK_DATA") and hasattr(os, "SEEK_HOLE")
"""Whether this system says where a file has holes."""


def holes_of(path, size):
    """[[offset, length]] of the holes in the first `size` bytes of a file, in order. [] where nobody can say."""
    found, at = [], 0
    if not KNOWN or size < LEAST:
        return found
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        if os.fstat(fd).st_blocks * 512 >= size:
            return found
        while at < size:
            start = min(size, next_place(fd, at, os.SEEK_HOLE, size))
            at = min(size, next_place(fd, start, os.SEEK_DATA, size))
            if at - start >= LEAST:
                found.append([start, at - start])
    finally:
        os.close(fd)
    return sorted(sorted(found, key=lambda hole: -hole[1])[:MOST])


def next_place(fd, at, what, size):
    """Where the next hole or the next data begins; `size` when none follows."""
    try:
        return os.lseek(fd, at, what)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return size
        raise


def all_hole(fd, offset, length):
    """Whether a piece of an open file is nothing but a hole."""
    if not KNOWN or length < LEAST or os.fstat(fd).st_size < offset + length:
        return False
    try:
        return next_place(fd, offset, os.SEEK_DATA, offset + length) >= offset + length
    except OSError:
        return False


@functools.lru_cache(maxsize=64)
def zeros_hash(length):
    """The sha256 of so many zeros."""
    digest, block = hashlib.sha256(), bytes(READ)
    for _ in range(length // READ):
        digest.update(block)
    digest.update(block[: length % READ])
    return digest.hexdigest()


def outside_holes(holes, offset, data):
    """(place, bytes) of what of `data`, which belongs at `offset`, has to be written: all but zeros in a hole. A hole
    is a hint: what is not zero there is written."""
    at, end = offset, offset + len(data)
    for start, length in holes:
        start, stop = max(start, at), min(start + length, end)
        if start >= stop or data.count(0, start - offset, stop - offset) != stop - start:
            continue
        if start > at:
            yield at, data[at - offset : start - offset]
        at = stop
    if at < end:
        yield at, data[at - offset :]
