"""Python environments: by uv, by python's own venv, or by virtualenv."""

import shutil
import sys

from ..errors import AgentError
from ..files import remove
from .tools import module_there


def make_venv(runner, uv, path):
    """Debian's python3 comes without ensurepip, so each way is tried that is there."""
    if uv:
        return make_by_uv(runner, uv, path)
    failure = None
    for argv in ways(path):
        try:
            return runner.run(argv, "making the environment")
        except AgentError as error:
            failure = error
            remove(path)
    if failure:
        raise failure
    raise AgentError(
        "install-failed",
        "this image has neither uv nor python3's venv module, so no environment can be "
        "made: use an image with uv, or with python3-venv (Debian, Ubuntu: apt-get install python3-venv)",
    )


def make_by_uv(runner, uv, path):
    base = [uv, "venv", "--no-project", "--python", sys.executable]
    try:
        return runner.run(base + ["--seed", path], "making the environment")
    except AgentError:
        remove(path)
        return runner.run(base + [path], "making the environment")


def ways(path):
    """The commands that may make an environment without uv."""
    tries = []
    if module_there("venv") and module_there("ensurepip"):
        tries.append([sys.executable, "-m", "venv", path])
    if module_there("virtualenv"):
        tries.append([sys.executable, "-m", "virtualenv", path])
    elif shutil.which("virtualenv"):
        tries.append(["virtualenv", "-p", sys.executable, path])
    return tries
