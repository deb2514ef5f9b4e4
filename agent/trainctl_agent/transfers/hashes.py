"""Hashes of files."""

import hashlib
import os

from ..errors import Changed
from ..sizes import READ
from ..sparse import all_hole, zeros_hash


def hash_range(path, offset, length):
    digest, left = hashlib.sha256(), length
    with open(path, "rb", buffering=0) as file:
        if all_hole(file.fileno(), offset, length):
            return zeros_hash(length)
        file.seek(offset)
        while left:
            piece = file.read(min(READ, left))
            if not piece:
                raise Changed("%s shrank while it was read" % path)
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def file_sha256(path):
    return hash_range(path, 0, os.path.getsize(path))
