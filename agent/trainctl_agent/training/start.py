"""Starts the command."""

import contextlib
import fcntl
import os
import subprocess

from ..sizes import MIB


def start_process(argv, cwd, env):
    """A session of its own. Returns the process, and the ends of its stdout and stderr that are to be read."""
    out, out_write = os.pipe()
    err, err_write = os.pipe()
    try:
        for fd in (out, err):
            with contextlib.suppress(OSError):
                fcntl.fcntl(fd, 1031, MIB)  # F_SETPIPE_SZ: bursts of output do not stall the process
        process = subprocess.Popen(
            argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out_write, stderr=err_write, start_new_session=True
        )
    finally:
        os.close(out_write)
        os.close(err_write)
    return process, out, err
