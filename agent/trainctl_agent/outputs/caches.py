"""What lies in a working directory and is nobody's result."""

import os

CACHES = {
    "__pycache__",
    ".cache",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    ".hypothesis",
    ".eggs",
    ".tox",
    ".nox",
    ".venv",
    "venv",
    "node_modules",
    ".git",
    ".hg",
    ".svn",
    ".triton",
    ".nv",
    ".numba_cache",
    ".torch",
    ".keras",
    ".local",
    ".npm",
    ".uv-cache",
}
ENDINGS = (".pyc", ".pyo", ".egg-info", ".dist-info", "~", ".swp")


def is_cache(path, full, is_folder):
    """Of a path below the working directory: a cache, an environment, the bookkeeping of a tool. In wandb's folder,
    runs that were logged offline are on no server yet, and no cache."""
    parts = path.split("/")
    name = parts[-1]
    if name in CACHES or name.endswith(ENDINGS):
        return True
    if parts[0] == "wandb":
        return len(parts) == 2 and not name.startswith("offline-run-")
    return is_folder and any(
        os.path.exists(os.path.join(full, mark)) for mark in ("pyvenv.cfg", "conda-meta", "CACHEDIR.TAG")
    )
