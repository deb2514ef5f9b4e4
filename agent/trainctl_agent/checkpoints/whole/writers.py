"""Who has files open for writing."""

import contextlib
import os
import stat


def writers(pids, mapped=None, appending=None):
    """{(device, inode): pid} of the regular files that these processes have open for writing; None where nobody says
    (no /proc). With `mapped`, a set, also of those that they have mapped so that what they write there reaches the
    file: they are added to it. Those that are open for adding at their end alone are added to `appending`."""
    if not os.path.isdir("/proc/self/fd"):
        return None
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for fd in os.listdir("/proc/%d/fd" % pid):
                with contextlib.suppress(OSError, ValueError):
                    info = os.stat("/proc/%d/fd/%s" % (pid, fd))
                    flags = flags_of(pid, fd) if stat.S_ISREG(info.st_mode) else os.O_RDONLY
                    if flags & os.O_ACCMODE != os.O_RDONLY:
                        found[(info.st_dev, info.st_ino)] = pid
                        if flags & os.O_APPEND and appending is not None:
                            appending.add((info.st_dev, info.st_ino))
        if mapped is not None:
            with contextlib.suppress(OSError):
                for path in shared_maps(pid):
                    with contextlib.suppress(OSError):
                        info = os.stat(path)
                        found[(info.st_dev, info.st_ino)] = pid
                        mapped.add((info.st_dev, info.st_ino))
    return found


def flags_of(pid, fd):
    """The flags that a file is open with."""
    with open("/proc/%d/fdinfo/%s" % (pid, fd), "rb") as file:
        for line in file:
            if line.startswith(b"flags:"):
                return int(line.split()[1], 8)
    return os.O_RDONLY


def shared_maps(pid):
    """The paths of files that are mapped shared and writable."""
    found = set()
    with open("/proc/%d/maps" % pid, "rb") as file:
        for line in file:
            fields = line.rstrip(b"\n").split(None, 5)
            if len(fields) == 6 and fields[1][1:2] == b"w" and fields[1][3:4] == b"s" and fields[5].startswith(b"/"):
                found.add(os.fsdecode(fields[5]))
    return found


PF_EXITING = 0x4


def goes_on(pid):
    """Whether a process lives, and is not about to be gone: its files are closed before it is."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return fields[0] not in (b"Z", b"X") and not int(fields[6]) & PF_EXITING
    except (OSError, ValueError, IndexError):
        return False


def process_name(pid):
    """Such as `python3 (pid 12)`, for people."""
    try:
        with open("/proc/%d/comm" % pid, encoding="utf-8", errors="replace") as file:
            return "%s (pid %d)" % (file.read().strip(), pid)
    except OSError:
        return "pid %d" % pid
