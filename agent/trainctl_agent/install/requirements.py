"""What a run's code requires."""

import os

from ..errors import AgentError
from ..paths import inside
from .pyproject import find_project
from .scripts import find_script, read_script


def find_requirements(code, wanted, command):
    """What to install: (source as reported, kind, argument). Kinds: lock, project, list, file, none."""
    if wanted == "none":
        return "none", "none", None
    if wanted != "auto":
        path = inside(code, wanted, "setup.requirements")
        if not os.path.isfile(path):
            raise AgentError("install-failed", "setup.requirements: there is no file %r in the code" % wanted)
        name = os.path.basename(path)
        if name == "uv.lock":
            return wanted, "lock", os.path.dirname(path)
        if name == "pyproject.toml":
            return (wanted,) + (find_project(path) or ("none", None))
        if name.endswith(".py"):
            return wanted, "list", read_script(path)
        return wanted, "file", path
    if os.path.isfile(os.path.join(code, "uv.lock")):
        return "uv.lock", "lock", code
    project = os.path.join(code, "pyproject.toml")
    if os.path.isfile(project):
        found = find_project(project)
        if found:
            return ("pyproject.toml",) + found
    if os.path.isfile(os.path.join(code, "requirements.txt")):
        return "requirements.txt", "file", os.path.join(code, "requirements.txt")
    script = find_script(code, command)
    return ("pep723", "list", script[1]) if script else ("none", "none", None)
