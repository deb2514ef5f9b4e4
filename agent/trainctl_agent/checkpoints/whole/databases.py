"""Databases that are right at any moment, by their own journal."""

import contextlib
import os

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-journal", "-shm")


def is_database(root, path):
    """Whether it is an SQLite database, or a journal beside one. Whoever opens them after a crash finds what had been
    committed, so that they are whole while they are open, if none of them changes while they are read."""
    for suffix in BESIDE:
        if path.endswith(suffix):
            path = path[: -len(suffix)]
            break
    with contextlib.suppress(OSError), open(os.path.join(root, path), "rb") as file:
        return file.read(len(MAGIC)) == MAGIC
    return False
