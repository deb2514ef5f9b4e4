"""The tools of the host."""

import os
import shutil

from ..paths import home


def module_there(name):
    """Whether the python that runs the agent has a module, without importing it."""
    import importlib.util

    return importlib.util.find_spec(name) is not None


def find_uv():
    places = [shutil.which("uv"), os.path.join(home(), ".local/bin/uv"), os.path.join(home(), ".cargo/bin/uv")]
    return next((path for path in places if path and os.access(path, os.X_OK)), None)
