"""What its name says of how a file is written."""

import functools
import re

APPENDED = re.compile(
    r"^events\.out\.tfevents|\.(log|jsonl|ndjson|csv|tsv|out|err|wandb|tfevents)(\.\d+)?$"
    r"|^(log|metrics|progress|history|train_log)\w*\.txt$",
    re.IGNORECASE,
)
"""Files that only ever grow, so that they are right at any size: event files of TensorBoard, logs, tables by line."""

UNFINISHED = re.compile(
    r"(^|[._-])(tmp|temp|incomplete|inprogress)($|[._-]|\d)"
    r"|^\.?tmp[a-z0-9_]{6,12}(\.\w+)?$"
    r"|\.(part|partial|new|writing|swp)$|~$|^\.~",
    re.IGNORECASE,
)
"""What is renamed once it is whole, by the names that tools and people give it until then."""

BACKUP = re.compile(
    r"[._-](bak|backup|bkp|old|orig|prev|previous)\d*(?=$|[._-])|^(bak|backup|old|prev|previous)[._-]", re.IGNORECASE
)
"""In the name of a save as it was before."""

NUMBERS = re.compile(
    r"(?P<part>\d+[-_]of[-_]\d+|"
    r"(?:rank|shard|part|worker|process|device|gpu|node|layer|expert|chunk|block|slice|piece|tensor|param)s?[-_]?\d+|"
    r"__\d+_\d+)|\d+",
    re.IGNORECASE,
)
"""Numbers of steps and epochs differ from save to save; those of `part` tell the files of one save apart."""

LARGE = 100
"""Ranks and shards are seldom so many."""


def appended(path):
    """Whether it is one that only grows."""
    return bool(APPENDED.search(path.rpartition("/")[2]))


def unfinished(path):
    """Whether it, or a folder that it is in, is to be renamed when it is whole."""
    return any(UNFINISHED.search(part) for part in path.split("/"))


def original(path):
    """The path that it, or a folder that it is in, is a copy of as it was before (`model.pt` of `model.pt.bak`); None
    for what its name does not call so. Whether there is one, others know."""
    parts = [BACKUP.sub("", part) or part for part in path.split("/")]
    return "/".join(parts) if parts != path.split("/") else None


@functools.lru_cache(maxsize=10_000)
def kind_of(path):
    """The path without the numbers that differ from save to save: those of the first part of it that has some."""
    parts = path.split("/")
    for at, part in enumerate(parts):
        own = {found.group() for found in NUMBERS.finditer(part) if not found.group("part")}
        if own:
            kept = [without(one, own) for one in parts[at:]]
            return "/".join(parts[:at] + kept)
    return path


def without(part, own):
    """A part of a path without these numbers. One that is that of a step, by its size, is none of a `part`."""
    large = {number for number in own if int(number) >= LARGE}
    part = NUMBERS.sub(lambda found: "#" if found.group() in own else found.group(), part)
    return re.sub(r"\d+", lambda found: "#" if found.group() in large else found.group(), part)
