"""uv's own settings, of the project and of the image."""

import os

from ...paths import home
from ..lists import read_list
from ..scripts import read_block
from ..toml import toml_values

OF_PACKAGES = (
    *("sources", "index", "index-url", "extra-index-url", "find-links", "no-index", "index-strategy"),
    *("constraint-dependencies", "override-dependencies", "exclude-dependencies", "dependency-metadata"),
)
"""Keys that decide which packages are installed, and that no other tool reads."""

SOURCES = "[tool.uv.sources]"


def asks_for_uv(code, source):
    """Where the code says, in words that uv alone reads, which packages are meant: `[tool.uv.sources]`, `uv.toml`;
    None where it does not, and where uv installs in any case."""
    names = source.split(", ")
    if source == "none" or os.path.basename(names[0]) == "uv.lock":
        return None
    projects = [os.path.join(code, name) for name in names if os.path.basename(name) == "pyproject.toml"]
    if any("sources" in uv_keys(path) for path in projects):
        return SOURCES
    if os.path.isfile(os.path.join(code, "uv.toml")):
        # Beside it, uv does not read the tables of pyproject.toml.
        return "uv.toml" if uv_keys(os.path.join(code, "uv.toml")) & set(OF_PACKAGES) else None
    own = uv_keys(os.path.join(code, "pyproject.toml"))
    key = next((key for key in OF_PACKAGES[1:] if key in own), None)
    return "%s of [tool.uv]" % key if key else None


def uv_keys(path):
    """The settings that a file makes."""
    return {key.split(".")[0] for key in uv_values(path)}


def uv_values(path):
    """{setting: value} of a uv.toml, or of the [tool.uv] of a pyproject.toml or a script; what is for `uv pip` as if it
    were for all of uv."""
    script = path.endswith(".py")
    own = script or os.path.basename(path) == "pyproject.toml"
    prefix, found = "tool.uv." if own else "", {}
    for key, value in toml_values(read_block(path) if script else read_list(path)):
        if key.startswith(prefix):
            key = key[len(prefix) :]
            found[key[len("pip.") :] if key.startswith("pip.") else key] = value
    return found


def settled(env, code):
    """What of its indexes uv is told by files: some of `default-index`, `find-links`, `no-index`, `index-strategy`."""
    own = os.path.join(code, "uv.toml")
    config = env.get("XDG_CONFIG_HOME") or os.path.join(env.get("HOME") or home(), ".config")
    more = [env["UV_CONFIG_FILE"]] if env.get("UV_CONFIG_FILE") else [config + "/uv/uv.toml", "/etc/uv/uv.toml"]
    found = set()
    for path in [own if os.path.isfile(own) else os.path.join(code, "pyproject.toml"), *more]:
        values = uv_values(path)
        found |= {key for key in ("find-links", "no-index", "index-strategy") if key in values}
        if "index-url" in values or values.get("index.default") is True:
            found.add("default-index")
    return found
