"""Times as text."""

import calendar
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
