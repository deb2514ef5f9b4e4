"""setup.cfg."""

import configparser
import os

from .pyproject import BACKEND, Pyproject
from .toml import toml_values

PRETEND = "SETUPTOOLS_SCM_PRETEND_VERSION"


def builds_cfg(folder):
    """Whether setuptools builds what a setup.cfg describes: it names the project and says what is in it (setuptools
    refuses to guess where there are several folders), and a pyproject.toml has it built."""
    path, cfg = os.path.join(folder, "pyproject.toml"), os.path.join(folder, "setup.cfg")
    if not os.path.isfile(path) or not read_cfg(cfg).get("metadata", "name", fallback=""):
        return False
    if not any(cfg_option(cfg, name) for name in ("packages", "py_modules", "package_dir")):
        return False
    project = Pyproject(path)
    backend = str(dict(toml_values(project.text)).get(BACKEND, "setuptools"))
    return project.has("build-system") and not project.has("project") and backend.startswith("setuptools")


def version_env(code, source, known):
    """What the build of a project gets besides the environment that `known()` gives: setuptools_scm reads the version
    from a repository, and there is none in a snapshot."""
    if "setup.cfg" not in [os.path.basename(name) for name in source.split(", ")] or PRETEND in known():
        return {}
    folder = os.path.join(code, os.path.dirname(source.split(", ")[-1]))
    there = any(os.path.lexists(os.path.join(one, ".git")) for one in (code, folder))
    return {} if there else {PRETEND: "0.0.0"}


def cfg_dependencies(path):
    """The install_requires of a setup.cfg without a setup.py or pyproject.toml, which pip cannot install; [] where it
    has none, or only configures tools."""
    lines = [
        line.split("#")[0].strip() for line in cfg_option(path, "install_requires").replace(";\n", "\n").split("\n")
    ]
    return [line for line in lines if line and not line.startswith(("file:", "attr:"))]


def cfg_extras(path):
    """The names of its extras."""
    parser, section = read_cfg(path), "options.extras_require"
    return list(parser[section]) if parser.has_section(section) else []


def cfg_option(path, name):
    """The text of one of its [options]; "" without."""
    return read_cfg(path).get("options", name, fallback="").strip()


def read_cfg(path):
    """Empty where it cannot be read."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8-sig")
    except (configparser.Error, UnicodeError):
        return configparser.ConfigParser(interpolation=None)
    return parser
