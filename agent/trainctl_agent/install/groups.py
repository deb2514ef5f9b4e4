"""Extras and groups of dependencies: what a project names beside what it needs in any case."""

import os
import re

from .lists import itself, read_list
from .pyproject import Pyproject, is_setup
from .setup_cfg import builds_cfg, cfg_extras
from .toml import toml_values
from .uv_command import sync_flags

TABLES = (
    (r"project\.optional-dependencies\.([^.]+)", "extra"),
    (r"tool\.poetry\.extras\.([^.]+)", "extra"),
    (r"tool\.flit\.metadata\.requires-extra\.([^.]+)", "extra"),
    (r"dependency-groups\.([^.]+)", "group"),
    (r"tool\.uv\.(dev)-dependencies", "group"),
    (r"tool\.poetry\.group\.([^.]+)\.dependencies\..+", "Poetry group"),
    (r"tool\.poetry\.(dev)-dependencies\..+", "Poetry group"),
    (r"tool\.pdm\.dev-dependencies\.([^.]+)", "PDM group"),
    (r"tool\.hatch\.envs\.([^.]+)\.(?:extra-)?dependencies", "Hatch environment"),
)
"""Where pyproject.toml names them, and as what they are told of."""

EXTRAS = re.compile(r"\bextras_require\s*=\s*\{([^}]*)\}")

FOR_DEVELOPERS = re.compile(
    r"(?i)(^|[-_./])(dev|devel|develop|development|tests?|testing|docs?|documentation|lint|linting|linters?|ci|build|tools?|"
    r"tooling|typing|types|mypy|style|formatting|pre-?commit|release)(?=[-_./]|$)"
)
"""Names of what develops a project, and does not run it."""


def find_groups(text):
    """[(kind, name)] of those that a pyproject.toml names, in its order."""
    found, optional = [], set()
    for key, value in toml_values(text):
        for pattern, kind in TABLES:
            name = re.match(pattern + r"\Z", key)
            if name and not (kind == "extra" and not value) and (kind, name.group(1)) not in found:
                found.append((kind, name.group(1)))
        if key.startswith("tool.poetry.group.") and key.endswith(".optional") and value is True:
            optional.add(key.split(".")[3])
    return [(kind, name + " (optional)" if "Poetry" in kind and name in optional else name) for kind, name in found]


def find_left_groups(code, source, command):
    """Sentences of those that are not installed from `source`, but for developers' ones."""
    path, locked = os.path.join(code, "pyproject.toml"), source == "uv.lock"
    project = Pyproject(path) if os.path.isfile(path) else None
    found = find_groups(project.text) if project else []
    asked = itself(code, "requirements.txt") if "requirements.txt" in source.split(", ") else None
    taken = by_uv(project.text, found, command) if project and locked else {("extra", name) for name in asked or []}
    built = bool(project and (project.find() or [""])[0] == "project") or is_setup(code) or builds_cfg(code)
    files = [("pyproject.toml", found)] + [(name, [("extra", one) for one in names]) for name, names in older(code)]
    return [
        line
        for name, groups in files
        for line in sentences(name, [one for one in groups if one not in taken], locked, built, command)
    ]


def older(code):
    """(file, names of its extras) of setup.cfg and setup.py; the latter as far as they are written out."""
    yield "setup.cfg", cfg_extras(os.path.join(code, "setup.cfg"))
    written = EXTRAS.search(read_list(os.path.join(code, "setup.py"))) if is_setup(code) else None
    yield "setup.py", re.findall(r"[\"']([A-Za-z0-9][\w.-]*)[\"']\s*:", written.group(1)) if written else []


def sentences(file, groups, locked, built, command):
    for kind in dict.fromkeys(kind for kind, _ in groups):
        names = [name for one, name in groups if one == kind and not FOR_DEVELOPERS.search(name)]
        if names:
            many = len(names) > 1
            yield "the %s %s of %s %s not installed: %s" % (
                kind + "s" if many else kind,
                ", ".join(names),
                file,
                "are" if many else "is",
                how(kind, names, locked, built, command),
            )


def how(kind, names, locked, built, command):
    """What somebody does who needs them."""
    if locked and kind in ("extra", "group"):
        flags = " ".join("--%s %s" % (kind, name) for name in names)
        words = command if isinstance(command, str) else " ".join(command)
        if "uv run" in words:
            return "`uv run %s` as the command brings %s" % (flags, "them" if len(names) > 1 else "it")
        way = "uv sync --frozen --inexact " + flags
    elif kind == "extra" and built:
        way = "pip install '.[%s]'" % ",".join(names)
    elif kind == "group":
        way = "uv pip install " + " ".join("--group " + name for name in names)
    else:
        return "name what the training needs of %s among the dependencies, or in `setup`" % (
            "them" if len(names) > 1 else "it"
        )
    return "`%s` in `setup` brings %s" % (way, "them" if len(names) > 1 else "it")


def by_uv(text, groups, command):
    """Those that `uv sync` installs, with the flags of the command's own `uv run`."""
    words = [word for flag in sync_flags(command) for word in flag.split("=", 1)]

    def after(*flags):
        return {name for flag, name in zip(words, words[1:]) if flag in flags}

    taken = {("extra", name) for name in after("--extra")}
    taken |= {("group", name) for name in after("--group", "--only-group")}
    taken |= {one for one in groups if one[0] == "extra" and "--all-extras" in words}
    default = dict(toml_values(text)).get("tool.uv.default-groups", ["dev"])
    every = "--all-groups" in words or default == "all"
    if "--all-groups" in words or "--no-default-groups" not in words:
        taken |= {one for one in groups if one[0] == "group" and (every or one[1] in default)}
    if "--dev" in words or "--only-dev" in words:
        taken.add(("group", "dev"))
    left = {("extra", name) for name in after("--no-extra")} | {("group", name) for name in after("--no-group")}
    return taken - left - ({("group", "dev")} if "--no-dev" in words else set())
