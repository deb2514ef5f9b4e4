"""What its name says of how a file is written."""

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


def appended(path):
    """Whether it is one that only grows."""
    return bool(APPENDED.search(path.rpartition("/")[2]))


def unfinished(path):
    """Whether it, or a folder that it is in, is to be renamed when it is whole."""
    return any(UNFINISHED.search(part) for part in path.split("/"))
