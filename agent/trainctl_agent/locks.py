"""Verbs that wait for each other."""

import contextlib
import fcntl
import os
import time

from .folders import make_state
from .json_lines import progress


@contextlib.contextmanager
def locked(directory, name, quiet=False):
    """One verb of a kind at a time for a node: a retry waits for the one whose connection was lost."""
    fd = os.open(os.path.join(make_state(directory), name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        waited = 0.0
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if waited % 5 == 0 and not quiet:
                    progress("waiting for an earlier %s to end" % name)
                time.sleep(0.25)
                waited += 0.25
        yield fd
    finally:
        with contextlib.suppress(OSError):
            os.close(fd)
