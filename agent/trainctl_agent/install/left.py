"""What is seen of a project's dependencies, and not installed."""

import os
import re

from .groups import FOR_DEVELOPERS, find_left_groups
from .indexes.uv_files import OF_PACKAGES, uv_keys
from .lists import read_along, read_list
from .pyproject import Pyproject
from .read_by_build import read_by_build
from .scripts import find_script
from .uses_uv import started_by_uv
from .uv_command import split

OTHERS = (
    (r"Pipfile(\.lock)?", "is pipenv's, which is not used: write its packages to requirements.txt"),
    (r"(environment|conda)\.ya?ml", "is conda's, which is not used: name it in `setup`, or write requirements.txt"),
    (
        r"pixi\.(toml|lock)|conda-lock\.ya?ml",
        "is conda's, which is not used: name it in `setup`, or write requirements.txt",
    ),
    (r"(poetry|pdm)\.lock|pylock(\..+)?\.toml", "is not read: versions are the newest that the project allows"),
    (r"(requirements[-_.].+|.+[-_.]requirements)\.(txt|in)|requirements\.(in|lock)", None),
)
"""Names that are looked for beside the command; without words: another list of requirements."""

CONDA_TOO = r"([\w-]+[-_.])?(env|environment|conda)([-_.][\w-]+)?\.ya?ml"
"""Names that conda's files have as well as others: conda's have a list of dependencies."""

PROJECT_FILES = ("uv.lock", "requirements.txt", "pyproject.toml", "setup.py")
"""What is looked for beside a script in a folder of its own."""

INDEXES = (("tool.poetry.source.url", "[[tool.poetry.source]]"), ("tool.pdm.source.url", "[[tool.pdm.source]]"))
"""Keys by which a project says where its packages lie, and their tables. uv's own are read, by uv."""


def find_left(code, source, command):
    """[name and reason] of what an installation from `source` leaves. `source` is that of find_requirements."""
    used, left = source.split(", "), []
    names = sorted(os.listdir(code)) if os.path.isdir(code) else []
    built = read_by_build(code, used)
    if "requirements.txt" in names and "requirements.txt" not in used + built:
        left.append("requirements.txt is not read: %s says what is needed" % source)
    for name in names:
        left.extend(said(name, source) for pattern, _ in OTHERS[:4] if re.fullmatch(pattern, name))
        if is_conda(code, name):
            left.append("%s %s" % (name, OTHERS[1][1]))
    left.extend(lists(code, names, used, built, source))
    left.extend(beside_the_script(code, command) if source == "none" else ())
    left.extend(find_left_groups(code, source, command))
    project = os.path.join(code, "pyproject.toml")
    keys = Pyproject(project).names if os.path.isfile(project) else ()
    for key, table in INDEXES:
        if key in keys:
            left.append("%s of pyproject.toml is not read: name the index by PIP_EXTRA_INDEX_URL in `env`" % table)
    if any(key.startswith("tool.pixi.") for key in keys):
        left.append("[tool.pixi] of pyproject.toml %s" % OTHERS[2][1])
    # uv reads a script's own requirements itself.
    script = find_script(code, command)
    if script and started_by_uv(code, script[0], command):
        script = None
    if script and source == "pep723" and uv_keys(os.path.join(code, script[0])) & set(OF_PACKAGES):
        left.append("[tool.uv] of %s is not read: `uv run %s` reads it" % (script[0], script[0]))
    if script and script[1] and source not in ("pep723", "none"):
        left.append("%s has requirements of its own (PEP 723), which are not read: %s is" % (script[0], source))
    return left


def find_left_of(code, wanted, source, command):
    """What is left where a spec says what is installed (`auto`: where it does not): that is its affair, but for the
    groups and extras of the project that it names."""
    if wanted == "auto":
        return find_left(code, source, command)
    folder, name = os.path.split(wanted)
    known = name in ("uv.lock", "pyproject.toml", "setup.py", "setup.cfg")
    return find_left_groups(os.path.join(code, folder), name, command) if known else []


def said(name, source):
    words = next(words for pattern, words in OTHERS if re.fullmatch(pattern, name))
    return "%s %s" % (name, words)


def is_conda(code, name):
    """Whether a file is conda's that is not known by its name alone."""
    if re.fullmatch(OTHERS[1][0], name) or not re.fullmatch(CONDA_TOO, name):
        return False
    return bool(re.search(r"(?m)^dependencies:", read_list(os.path.join(code, name))))


def beside_the_script(code, command):
    """What a project in a folder of its own requires, where the command names that folder or a file in it."""
    for word in words(command):
        for folder in dict.fromkeys((word, os.path.dirname(word))):
            folder = os.path.normpath(folder)
            if folder.startswith(("/", ".")):
                continue
            found = [name for name in PROJECT_FILES if os.path.isfile(os.path.join(code, folder, name))]
            if found:
                yield "%s/%s is not read: name it by `setup.requirements`" % (folder, found[0])
                return


def words(command):
    return [word.rstrip(";&|") for word in (command if isinstance(command, list) else split(command))]


def lists(code, names, used, built, source):
    """Lists of requirements under other names; those of developers' tools are nobody's loss where others are read."""
    found = [name for name in names if re.fullmatch(OTHERS[4][0], name)]
    folder = os.path.join(code, "requirements")
    if os.path.isdir(folder):
        found += ["requirements/" + name for name in sorted(os.listdir(folder)) if name.endswith((".txt", ".in"))]
    read = built + [along for name in used for along in read_along(code, name)]
    for name in found:
        if name not in read and (source == "none" or not FOR_DEVELOPERS.search(name.rsplit(".", 1)[0])):
            yield "%s is not read: name it by `setup.requirements`" % name
