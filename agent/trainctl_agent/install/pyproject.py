"""pyproject.toml."""

import os

from .toml import toml_array, toml_values


def find_project(path):
    """A project with a build system is installed itself; one without has only its dependencies installed (setuptools
    would guess at packages); a pyproject.toml that only configures tools is none."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    names = [name for name, _ in toml_values(text)]
    if not any(name.startswith("project.") for name in names):
        return None
    if any(name.startswith("build-system.") for name in names):
        return "project", os.path.dirname(path)
    dependencies = toml_array(text, "project.dependencies")
    return ("list", dependencies) if dependencies else None
