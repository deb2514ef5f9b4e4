"""Folders of one kind, such as checkpoint-300 and checkpoint-450: what the older one has, the newer one will have."""

import re

FRESH_SECONDS = 9.0
"""So long after its last change a folder that lacks something may still get it."""

DIGITS = re.compile(r"\d+")


def incomplete(seen, now):
    """The newest folder of its kind that lacks files which the one before it has, and was changed just now. Between two
    of its files nobody has any open. None where there is none. `now`: epoch seconds."""
    kinds = {}
    for path, value in seen.items():
        folder, _, name = path.partition("/")
        if value[0] == "file" and name and DIGITS.search(folder):
            names, at = kinds.setdefault(DIGITS.sub("#", folder), {}).setdefault(folder, (set(), 0.0))
            names.add(DIGITS.sub("#", name))
            kinds[DIGITS.sub("#", folder)][folder] = (names, max(at, value[3] / 1e9))
    for folders in kinds.values():
        if len(folders) < 2:
            continue
        before, newest = sorted(folders, key=lambda folder: folders[folder][1])[-2:]
        names, at = folders[newest]
        if names < folders[before][0] and now - at < FRESH_SECONDS:
            return newest
    return None
