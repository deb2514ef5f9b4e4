"""PEP 723: dependencies in a script."""

import contextlib
import os
import re
import shlex

from ..errors import AgentError
from ..paths import inside
from ..sizes import MIB
from .toml import toml_array, toml_values

SCRIPT_BLOCK = re.compile(r"(?m)^# /// script\r?$\s(?P<content>(^#(| .*)\r?$\s)+)^# ///\r?$")


def script_dependencies(text):
    """The dependencies in a script's PEP 723 block; None when it has none."""
    return toml_array(script_block(text), "dependencies")


def script_block(text):
    """The TOML of a script's PEP 723 block; empty without one."""
    found = SCRIPT_BLOCK.search(text)
    lines = found.group("content").splitlines() if found else []
    return "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)


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
    """(name, dependencies) of the first script that names any."""
    for script in command_scripts(command):
        with contextlib.suppress(AgentError):
            path = inside(code, os.path.relpath(script, code) if os.path.isabs(script) else script)
            dependencies = toml_array(read_block(path), "dependencies")
            if dependencies is not None:
                return script, dependencies
    return None


def script_python(path):
    """The Python that a script asks for, in its own words; None where it asks for none."""
    wanted = dict(toml_values(read_block(path))).get("requires-python")
    return wanted if isinstance(wanted, str) else None


def read_block(path):
    """The TOML of a script's PEP 723 block; empty without one."""
    try:
        with open(path, "rb") as file:
            return script_block(file.read(MIB).decode("utf-8-sig", "replace"))
    except OSError:
        return ""


def read_script(path):
    found = toml_array(read_block(path), "dependencies")
    if found is None:
        raise AgentError(
            "install-failed", "setup.requirements: %s has no PEP 723 block (`# /// script`)" % os.path.basename(path)
        )
    return found
