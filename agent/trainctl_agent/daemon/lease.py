"""How long the host may go on, and what its dead-man timer reads of that."""

import contextlib
import os
import time

from ..files import write_atomic
from ..notes import note
from ..times import steady
from ..training.processes import boot_id


def granted(request):
    """Seconds from now. An older worker gives a moment of its own clock."""
    seconds = request.get("leaseSeconds")
    return float(request["leaseUntil"]) - time.time() if seconds is None else max(0.0, float(seconds))


class Lease:
    """A time on the host's own steady clock: neither its date nor that of a worker ends it sooner or later."""

    def __init__(self):
        self.ends = steady()

    def renew(self, seconds):
        self.ends = steady() + seconds

    def left(self):
        """Seconds."""
        return self.ends - steady()

    def until(self):
        """In epoch seconds, by the date of now."""
        return time.time() + self.left()


def moment(left):
    """In so many seconds: on the first line by the date, on the second by the uptime, with the boot that this is of.
    Timers of before, and whoever looks after a reboot, read the first alone."""
    boot = boot_id()
    by_date, by_uptime = (max(0, int(now + left)) for now in (time.time(), steady()))
    text = "%d\n" % by_date
    return (text + "%d %s\n" % (by_uptime, boot) if boot else text).encode()


def write_lease(state_dir, left):
    """The host's dead-man timer reads this file. Where the host has none, it is kept with the state."""
    text = moment(left)
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


def write_busy(left):
    """For how many seconds the host has work that the dead-man timer may wait for. Without a timer nobody asks."""
    folder = os.environ.get("TRAINCTL_HOST_ROOT", "") + "/var/lib/trainctl"
    with contextlib.suppress(OSError):
        if os.path.isdir(folder):
            write_atomic(os.path.join(folder, "busy"), moment(left), 0o644)
