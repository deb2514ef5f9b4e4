"""Times as text."""

import calendar
import contextlib
import time


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % int(seconds % 1 * 1000)


def parse_iso(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def span(seconds):
    """`90 s`, `10 min`, `2 h`, `1 h 30 min`."""
    whole = int(round(seconds))
    if whole < 120 and whole % 60:
        return "%d s" % whole
    hours, minutes, left = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join("%d %s" % part for part in parts if part[0]) or "%.1f s" % seconds


def steady():
    """Seconds since the boot: they only go on, whatever is done to the date. By `/proc/uptime`, as the dead-man timer
    reads them: in a container that may be another count than the kernel's own."""
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/uptime", encoding="ascii") as file:
        return float(file.read().split()[0])
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
