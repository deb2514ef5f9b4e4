"""The tools that trainctl brought, and the environment that they work in."""

import os

from ..files import remove


def bring(directory, uv):
    """Puts uv where the command finds it: alone, for beside it may lie a python of its own."""
    tools = os.path.join(directory, "tools")
    remove(tools)
    os.makedirs(tools)
    for name in ("uv", "uvx"):
        path = os.path.join(os.path.dirname(uv), name)
        if os.path.exists(path):
            os.symlink(path, os.path.join(tools, name))


def bind_tools(env, directory):
    """Last on PATH: what the image or the run has itself comes first. `uv run` uses the run's environment as it was
    made; left to itself it makes another one in the code."""
    tools, venv = os.path.join(directory, "tools"), os.path.join(directory, "venv")
    if os.path.isdir(tools):
        env["PATH"] += os.pathsep + tools
    if os.path.isdir(os.path.join(venv, "bin")):
        env.setdefault("UV_PROJECT_ENVIRONMENT", venv)
        env.setdefault("UV_NO_SYNC", "1")
