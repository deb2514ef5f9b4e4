"""`uv` in a command."""

import re
import shlex

WORD = re.compile(r"(?:^|[\s;&|(`'\"])uvx?(?=\s|$)")

OF_SYNC = {"--extra": 1, "--group": 1, "--only-group": 1, "--no-group": 1, "--no-extra": 1, "--package": 1}
OF_SYNC.update(
    (flag, 0)
    for flag in (
        *("--all-extras", "--all-groups", "--no-default-groups", "--dev", "--no-dev", "--only-dev", "--all-packages"),
        *("--no-editable", "--no-install-project", "--no-install-workspace"),
    )
)
"""Flags of `uv run` that say what the environment holds, and how many words follow each."""


def names_uv(*commands):
    """Whether one of these commands runs uv."""
    return any(WORD.search(" ".join(one) if isinstance(one, list) else one) for one in commands)


def sync_flags(command):
    """The flags of the command's `uv run` by which the environment is made: it is not changed any more once it is."""
    words = command if isinstance(command, list) else split(command)
    flags, at = [], next((i + 2 for i in range(len(words) - 1) if words[i : i + 2] == ["uv", "run"]), len(words))
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        name, equals, _ = words[at].partition("=")
        if name in OF_SYNC:
            flags += words[at : at + 1 + (0 if equals else OF_SYNC[name])]
        at += 1 + (0 if equals else OF_SYNC.get(name, name in TAKES_A_WORD))
    return flags


TAKES_A_WORD = (
    *("--with", "--with-editable", "--with-requirements", "--env-file", "-p", "--python", "--project", "--directory"),
    *("-P", "--index", "--default-index", "--cache-dir", "--config-file", "-m", "--module"),
)


def split(command):
    try:
        return shlex.split(command, comments=True)
    except ValueError:
        return command.split()
