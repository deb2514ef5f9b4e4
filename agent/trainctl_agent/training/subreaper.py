"""Orphans of the process tree."""

import contextlib
import ctypes
import sys


def become_subreaper():
    """Makes orphans of our tree ours (Linux), so that setsid and double forks do not escape."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER, <linux/prctl.h>
