"""Numbers of bytes."""

MIB = 1 << 20

READ = MIB
"""Everything is read in pieces of this size, so memory does not grow with files."""


def size_text(count):
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            return ("%d %s" if unit == "B" else "%.1f %s") % (count, unit)
        count /= 1024.0
    return ""
