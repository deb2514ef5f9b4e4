"""uv in what a command runs: in its words, and in the scripts that it starts."""

import os
import re

from .lists import read_list
from .uv_command import names_uv, split

FIRST_LINE = re.compile(r"#!.*[\s/]uvx?(?=\s|\Z)")
"""`#!/usr/bin/env -S uv run --script`."""
COMMENT = re.compile(r"(?m)(^|\s)#.*")
LINE = re.compile(r"(?m)(?:^|[\s;&|(`'\"@])(?:uv[ \t]+(?:run|sync|pip|venv|tool|python|lock|export)|uvx)[ \t]")
ASSIGNED = re.compile(r"\w+=")
BEFORE = ("exec", "time", "nohup", "then", "do", "else", "{", "(", "!")
"""Words of a shell that a command comes after."""

FOR_SHELLS = ("", ".sh", ".bash", ".zsh", ".mk")
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def uses_uv(code, *commands):
    """Whether one of these commands runs uv, by itself, by a script of the code or by make."""
    return names_uv(*commands) or any(
        runs_uv(os.path.join(code, path), first) for command in commands for path, first in scripts(code, command)
    )


def started_by_uv(code, script, command):
    """Whether it is uv that a script's requirements are read by."""
    first = script in [word for word, begins in words_of(command) if begins]
    return names_uv(command) or (first and bool(FIRST_LINE.match(first_line(os.path.join(code, script)))))


def scripts(code, command):
    """(path, whether it is run by its first line) of the files of the code that a command names, and those of make."""
    named = words_of(command)
    make = any(os.path.basename(word) == "make" for word, _ in named)
    named += [(name, False) for name in MAKEFILES if make]
    paths = [(os.path.normpath(word), first) for word, first in named]
    inside = [one for one in paths if not one[0].startswith(("/", ".."))]
    return [one for one in inside if os.path.isfile(os.path.join(code, one[0]))]


def words_of(command):
    """[word, whether it is what is run] of a command: `./train.py`, and not that of `python train.py`."""
    if isinstance(command, list):
        return [(word, at == 0) for at, word in enumerate(command)]
    found = []
    for line in command.replace("\\\n", " ").split("\n"):
        first = True
        for word in split(line):
            bare = word.rstrip(";&|")
            found.append((bare, first and bool(bare)))
            first = bare != word or (first and bool(ASSIGNED.match(word))) or word in BEFORE
    return found


def runs_uv(path, first):
    if first and FIRST_LINE.match(first_line(path)):
        return True
    name = os.path.basename(path)
    for_shells = os.path.splitext(name)[1] in FOR_SHELLS or name in MAKEFILES
    return for_shells and bool(LINE.search(COMMENT.sub("", read_list(path))))


def first_line(path):
    """Of a script; empty for what is none."""
    try:
        with open(path, "rb") as file:
            return file.read(256).split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
    except OSError:
        return ""
