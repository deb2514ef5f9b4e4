"""What the host's dead-man timer reads."""

import contextlib
import os

from ..files import write_atomic
from ..notes import note


def write_lease(state_dir, until):
    """The host's dead-man timer reads this file. Where the host has none, it is kept with the state."""
    text = b"%d\n" % int(until)
    folder = os.environ.get("TRAINCTL_HOST_ROOT", "") + "/var/lib/trainctl"
    path = os.path.join(folder, "lease")
    if os.path.isdir(folder):
        try:
            return write_atomic(path, text, 0o644)
        except OSError:
            # The folder may be root's and only the file ours: overwritten in place, never empty in between.
            with contextlib.suppress(OSError):
                fd = os.open(path, os.O_WRONLY)
                try:
                    os.pwrite(fd, text, 0)
                    return os.ftruncate(fd, len(text))
                finally:
                    os.close(fd)
            note("the lease file %s cannot be written" % path)
    write_atomic(os.path.join(state_dir, "lease"), text)
    return None


def write_busy(until):
    """Until when the host has work that the dead-man timer may wait for. Where there is no timer, nobody asks."""
    folder = os.environ.get("TRAINCTL_HOST_ROOT", "") + "/var/lib/trainctl"
    with contextlib.suppress(OSError):
        if os.path.isdir(folder):
            write_atomic(os.path.join(folder, "busy"), b"%d\n" % int(until), 0o644)
