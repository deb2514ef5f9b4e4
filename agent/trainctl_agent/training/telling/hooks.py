"""The helper for scripts, python/trainctl_hooks.py: it travels with the agent and is put where Python finds it."""

import contextlib
import glob
import os

NAME = "trainctl_hooks.py"


def hooks_folder(directory):
    """It holds the helper alone, so that nothing else of ours can be imported by a script."""
    return os.path.join(directory, "hooks")


def place_hooks(directory):
    """For all by `python_path`; in the run's environment also for a Python that is started without it (`-I`), or with
    another one (`PYTHONPATH=src python train.py`)."""
    folder = hooks_folder(directory)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, NAME), "wb") as file:
        file.write(source())
    for packages in glob.glob(os.path.join(glob.escape(directory), "venv", "lib", "python*", "site-packages")):
        # An environment that nobody may write to still has the other way.
        with contextlib.suppress(OSError):
            with open(os.path.join(packages, "trainctl_hooks.pth"), "w", encoding="utf-8") as file:
                file.write(folder + "\n")


def source():
    """From the agent's one file; of the sources, from the folder beside the agent's."""
    root = os.path.abspath(__file__)
    for _ in ("file", "telling", "training", "package"):
        root = os.path.dirname(root)
    for place in (root, os.path.dirname(root)):
        try:
            return __loader__.get_data(os.path.join(place, "python", NAME))
        except OSError:
            continue
    raise FileNotFoundError("the agent carries no %s" % NAME)


def python_path(env, directory):
    """PYTHONPATH with the helper's folder last: what the user has put there wins."""
    return os.pathsep.join([path for path in (env.get("PYTHONPATH"),) if path] + [hooks_folder(directory)])
