"""What a run's code requires."""

import os

from ..errors import AgentError
from ..paths import inside
from .lists import names_itself
from .pyproject import Pyproject, find_project, is_setup
from .scripts import find_script, read_script
from .setup_cfg import builds_cfg, cfg_dependencies, cfg_option


def find_requirements(code, wanted, command):
    """What to install: (source as reported, kind, argument). Kinds: lock, project, poetry, list, file, both, none."""
    if wanted == "none":
        return "none", "none", None
    if wanted != "auto":
        return find_wanted(code, wanted)
    if os.path.isfile(os.path.join(code, "uv.lock")):
        return "uv.lock", "lock", code
    source, found, complete = find_any_project(code)
    file = os.path.join(code, "requirements.txt")
    listed = os.path.isfile(file)
    itself = listed and found is not None and names_itself(code, "requirements.txt")
    if itself or (listed and not complete):
        if found and found[0] == "project" and not itself:
            return "requirements.txt, " + source, "both", (file, found[1])
        return "requirements.txt", "file", file
    if found:
        return (source, *found)
    script = find_script(code, command)
    return ("pep723", "list", script[1]) if script else ("none", "none", None)


def find_wanted(code, wanted):
    path = inside(code, wanted, "setup.requirements")
    if not os.path.isfile(path):
        raise AgentError("install-failed", "setup.requirements: there is no file %r in the code" % wanted)
    name = os.path.basename(path)
    if name == "uv.lock":
        return wanted, "lock", os.path.dirname(path)
    if name == "pyproject.toml":
        return (wanted,) + (find_project(path) or ("none", None))
    if name == "setup.py":
        return wanted, "project", os.path.dirname(path)
    if name == "setup.cfg":
        folder = os.path.dirname(path)
        return (wanted, "project", folder) if builds_cfg(folder) else (wanted, "list", cfg_dependencies(path))
    if name.endswith(".py"):
        return wanted, "list", read_script(path)
    return wanted, "file", path


def find_any_project(code):
    """(file, (kind, argument), whether it names all that is needed) of the code's project; (None, None, False) without
    one. A setup.py computes what it needs, so a requirements.txt beside it counts as well."""
    path = os.path.join(code, "pyproject.toml")
    if os.path.isfile(path):
        project = Pyproject(path)
        found = project.find()
        if found:
            return "pyproject.toml", found, project.names_dependencies()
    if is_setup(code):
        return "setup.py", ("project", code), False
    cfg = os.path.join(code, "setup.cfg")
    if builds_cfg(code):
        return "setup.cfg", ("project", code), bool(cfg_option(cfg, "install_requires"))
    needed = cfg_dependencies(cfg)
    return ("setup.cfg", ("list", needed), True) if needed else (None, None, False)
