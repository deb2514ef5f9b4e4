"""The environment of setup and of training."""

import os
import re

from ..errors import AgentError
from .login import login_env
from .telling.asked import checkpoint_file, stop_file
from .telling.hooks import python_path
from .tools import bind_tools


def check_env(request):
    """Environment values are strings without NUL; anything else would fail later and less plainly."""
    for field in ("env", "secrets"):
        for name, value in (request.get(field) or {}).items():
            if not re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", name) or not isinstance(value, str) or "\0" in value:
                raise AgentError(
                    "bad-request", "%s.%s is not an environment variable with a text value" % (field, name)
                )


def process_env(request, directory):
    """The environment of setup and of training: that of a login on the image, the run's environment first on PATH, the
    user's, secrets."""
    env = dict(login_env(directory)[0])
    env.setdefault("PYTHONUNBUFFERED", "1")
    env.update(request.get("env") or {})
    env.update(request.get("secrets") or {})
    venv = os.path.join(directory, "venv")
    if os.path.isdir(os.path.join(venv, "bin")):
        env["VIRTUAL_ENV"] = venv
        env["PATH"] = os.path.join(venv, "bin") + os.pathsep + env["PATH"]
    bind_tools(env, directory)
    return env


def restored(request):
    """A restored checkpoint may say no step."""
    return bool(request.get("restored")) or request.get("resumedFromStep") is not None


def training_env(request, directory, checkpoints):
    """What the training process sees. `restored` in the request: a checkpoint was put in place."""
    env = run_env(request, directory, checkpoints)
    env["TRAINCTL_RESUME_FROM"] = checkpoints if restored(request) else ""
    return env


def run_env(request, directory, checkpoints):
    """That, but for what is known only once its checkpoint is in place."""
    env, code = process_env(request, directory), os.path.join(directory, "code")
    env.setdefault("WANDB_RUN_ID", request["runKey"])
    env.setdefault("WANDB_RESUME", "allow")
    env.update(
        {
            "TRAINCTL_RUN": request["run"].replace("\0", "\ufffd"),  # an environment holds no NUL
            "TRAINCTL_ATTEMPT": str(request["attempt"]),
            "TRAINCTL_NODE": str(request["node"]),
            "TRAINCTL_CHECKPOINT_DIR": checkpoints,
            "TRAINCTL_METRICS": os.path.join(directory, "metrics"),
            "TRAINCTL_DATA": os.path.join(code, "data"),
            "TRAINCTL_OUTPUTS": os.path.join(code, "outputs"),
            "TRAINCTL_STOP_FILE": stop_file(directory),
            "TRAINCTL_CHECKPOINT_FILE": checkpoint_file(directory),
            "PYTHONPATH": python_path(env, directory),
        }
    )
    return env
