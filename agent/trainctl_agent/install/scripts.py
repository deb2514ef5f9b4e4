"""PEP 723: dependencies in a script."""

import contextlib
import os
import re
import shlex

from ..errors import AgentError
from ..paths import inside
from ..sizes import MIB
from .toml import toml_array

SCRIPT_BLOCK = re.compile(r"(?m)^# /// script\r?$\s(?P<content>(^#(| .*)\r?$\s)+)^# ///\r?$")


def script_dependencies(text):
    """The dependencies in a script's PEP 723 block; None when it has none."""
    found = SCRIPT_BLOCK.search(text)
    if not found:
        return None
    lines = [line[2:] if line.startswith("# ") else line[1:] for line in found.group("content").splitlines()]
    return toml_array("\n".join(lines), "dependencies")


def command_scripts(command):
    """The .py files that a command names, in order."""
    tokens = command
    if isinstance(command, str):
        try:
            tokens = shlex.split(command, comments=True)
        except ValueError:
            tokens = command.split()
    return [token.rstrip(";&|") for token in tokens if token.rstrip(";&|").endswith(".py")]


def find_script(code, command):
    for script in command_scripts(command):
        with contextlib.suppress(AgentError, OSError, UnicodeError):
            with open(inside(code, os.path.relpath(script, code) if os.path.isabs(script) else script), "rb") as file:
                dependencies = script_dependencies(file.read(MIB).decode("utf-8-sig"))
            if dependencies is not None:
                return script, dependencies
    return None


def read_script(path):
    with open(path, "rb") as file:
        found = script_dependencies(file.read(MIB).decode("utf-8-sig", "replace"))
    if found is None:
        raise AgentError(
            "install-failed", "setup.requirements: %s has no PEP 723 block (`# /// script`)" % os.path.basename(path)
        )
    return found
