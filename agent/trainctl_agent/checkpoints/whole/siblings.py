"""Folders of one kind, such as checkpoint-300 and checkpoint-450: what the older one has, the newer one will have."""

import math
import re

from .names import kind_of, without
from .rounds import FRESH_SECONDS

DIGITS = re.compile(r"\d+")


def incomplete(seen, now):
    """The newest folder of its kind that lacks files which the one before it has, and was changed just now. Between two
    of its files nobody has any open. None where there is none. `now`: epoch seconds."""
    kinds = {}
    for path, value in seen.items():
        folder, _, name = path.partition("/")
        if value[0] == "file" and name and DIGITS.search(folder):
            kind, own = DIGITS.sub("#", folder), set(DIGITS.findall(folder))
            names, at = kinds.setdefault(kind, {}).setdefault(folder, (set(), 0.0))
            names.add(without(name, own))
            kinds[kind][folder] = (names, max(at, value[3] / 1e9))
    for folders in kinds.values():
        if len(folders) < 2:
            continue
        before, newest = sorted(folders, key=lambda folder: folders[folder][1])[-2:]
        names, at = folders[newest]
        if names < folders[before][0] and now - at < FRESH_SECONDS:
            return newest
    return None


def not_begun(seen):
    """Folders without files whose numbers are greater than those of all others of their kind that have some, and what
    is in them: a save makes its folder first, and a resume that takes the newest would find nothing there."""
    filled = {folder for path, value in seen.items() if value[0] != "dir" for folder in above(path)}
    greatest = {}
    for folder in filled:
        greatest[kind_of(folder)] = max(numbers(folder), greatest.get(kind_of(folder), []))
    hollow = [path for path, value in seen.items() if value[0] == "dir" and path not in filled]
    new = {path for path in hollow if numbers(path) > greatest.get(kind_of(path), [math.inf])}
    return {path for path in hollow if path in new or not new.isdisjoint(above(path))}


def above(path):
    """The folders that a path is in."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def numbers(path):
    return [int(number) for number in DIGITS.findall(path)]
