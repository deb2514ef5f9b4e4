"""Lists of requirements that the build of a project reads by itself."""

import os

from .lists import read_along
from .pyproject import Pyproject
from .setup_cfg import cfg_option
from .toml import toml_values

KEYS = ("tool.setuptools.dynamic.dependencies.file", "tool.hatch.metadata.hooks.requirements_txt.files")
"""Where pyproject.toml names them: setuptools, and the plugin hatch-requirements-txt."""


def read_by_build(code, used):
    """Their names below `code`, and those of what they include. `used`: the files that are installed from."""
    named = []
    path = os.path.join(code, "pyproject.toml")
    if "pyproject.toml" in used and os.path.isfile(path):
        for key, value in toml_values(Pyproject(path).text):
            if key in KEYS and value:
                named += [value] if isinstance(value, str) else value
    if "setup.cfg" in used:
        said = cfg_option(os.path.join(code, "setup.cfg"), "install_requires")
        if said.startswith("file:"):
            named += [name.strip() for name in said[len("file:") :].replace("\n", ",").split(",")]
    return [along for name in named if name for along in read_along(code, name)]
