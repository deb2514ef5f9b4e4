"""What fits below the limit of a run's outputs."""

LIMIT = 5 << 30
"""Of a request that names none. Bytes."""
MOST_FILES = 200000
"""Each file is a request; more of them are a data set that was unpacked: hours on a host that costs."""


def within(sizes, limit, most=MOST_FILES):
    """(paths that are kept, paths that are over, paths of which there are too many) of {path: bytes}: as many files as
    fit, the smallest first, so that one that is too large takes no other along. Of too many files, whole top folders
    are left out, the fullest first."""
    folders = {}
    for path in sizes:
        folders.setdefault(path.partition("/")[0], []).append(path)
    count, dropped = len(sizes), set()
    for paths in sorted(folders.values(), key=len, reverse=True):
        if count <= most:
            break
        count -= len(paths)
        dropped.update(paths)
    kept, over, total = [], [], 0
    for path in sorted(set(sizes) - dropped, key=lambda path: (sizes[path], path)):
        total += sizes[path]
        (kept if total <= limit else over).append(path)
    return kept, over, sorted(dropped)
