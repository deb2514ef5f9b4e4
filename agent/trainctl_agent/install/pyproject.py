"""pyproject.toml."""

import os
import re

from .toml import toml_array, toml_values

NOT_A_PACKAGE = re.compile(r"(?m)^[ \t]*package-mode[ \t]*=[ \t]*false\b")
"""A Poetry project that nothing can build; it has dependencies alone."""

BACKEND, PACKAGES = "build-system.build-backend", "tool.poetry.packages"


class Pyproject:
    """What a pyproject.toml says of how its project is installed."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.text = file.read().decode("utf-8-sig", "replace")
        self.folder = os.path.dirname(path)
        self.names = {name for name, _ in toml_values(self.text)}

    def has(self, table):
        return any(name.startswith(table + ".") for name in self.names)

    def names_dependencies(self):
        """Whether it says itself what the project needs."""
        poetry = {name.split(".")[3].lower() for name in self.names if name.startswith("tool.poetry.dependencies.")}
        dynamic = toml_array(self.text, "project.dynamic") or []
        flit = toml_array(self.text, "tool.flit.metadata.requires")
        return bool(
            toml_array(self.text, "project.dependencies") or "dependencies" in dynamic or flit or poetry - {"python"}
        )

    def is_package(self):
        """Whether Poetry would find something to build: most projects of scripts alone have a build system all the
        same, which `poetry init` writes. Others than Poetry's may say by code of their own what they are."""
        if NOT_A_PACKAGE.search(self.text):
            return False
        values = dict(toml_values(self.text))
        name = values.get("tool.poetry.name") or values.get("project.name")
        if (
            not self.has("tool.poetry")
            or not isinstance(name, str)
            or "poetry" not in str(values.get(BACKEND, "poetry"))
        ):
            return True
        module = re.sub(r"[-_.]+", "_", name).lower()
        places = [place + module + end for place in ("", "src/") for end in ("/__init__.py", ".py")]
        listed = any(key == PACKAGES or key.startswith(PACKAGES + ".") for key in self.names)
        return listed or any(os.path.isfile(os.path.join(self.folder, place)) for place in places)

    def find(self):
        """(kind, argument); None: nothing to install. A project with a build system is installed itself; one without
        has only its dependencies installed (setuptools would guess at packages); a pyproject.toml that only configures
        tools is none."""
        builds, package = self.has("build-system"), self.is_package()
        project = self.has("project")
        computed = "dependencies" in (toml_array(self.text, "project.dynamic") or [])
        if self.has("tool.poetry") and not (builds and package) and (computed or not project):
            return "poetry", self.folder
        if project and (builds or computed or is_setup(self.folder)) and package:
            return "project", self.folder
        if project:
            dependencies = toml_array(self.text, "project.dependencies")
            return ("list", dependencies) if dependencies else None
        if builds and (self.has("tool.poetry") or self.has("tool.flit.metadata") or is_setup(self.folder)):
            return "project", self.folder
        return None


def find_project(path):
    return Pyproject(path).find()


def find_python(path):
    """The Python that a pyproject.toml asks for, in its own words; None where it says none, or is not there."""
    if not os.path.isfile(path):
        return None
    values, poetry = dict(toml_values(Pyproject(path).text)), "tool.poetry.dependencies.python"
    wanted = values.get("project.requires-python") or values.get(poetry) or values.get(poetry + ".version")
    return wanted if isinstance(wanted, str) else None


def is_setup(folder):
    """Whether a setup.py that calls setup() is there."""
    try:
        with open(os.path.join(folder, "setup.py"), "rb") as file:
            return bool(re.search(rb"\bsetup\s*\(", file.read()))
    except OSError:
        return False
