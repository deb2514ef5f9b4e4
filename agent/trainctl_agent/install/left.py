"""What is seen of a project's dependencies, and not installed."""

import os
import re

from .lists import read_along
from .scripts import find_script
from .uv_command import names_uv

OTHERS = (
    (r"Pipfile(\.lock)?", "is pipenv's, which is not used: write its packages to requirements.txt"),
    (r"(environment|conda)\.ya?ml", "is conda's, which is not used: name it in `setup`, or write requirements.txt"),
    (
        r"pixi\.(toml|lock)|conda-lock\.ya?ml",
        "is conda's, which is not used: name it in `setup`, or write requirements.txt",
    ),
    (r"(poetry|pdm)\.lock|pylock(\..+)?\.toml", "is not read: versions are the newest that the project allows"),
    (r"(requirements[-_.].+|.+[-_.]requirements)\.(txt|in)|requirements\.in", None),
)
"""Names that are looked for beside the command; without words: another list of requirements."""

FOR_DEVELOPERS = re.compile(r"(?i)(dev|test|doc|lint|ci|build|tool)")


def find_left(code, source, command):
    """[name and reason] of what an installation from `source` leaves. `source` is that of find_requirements."""
    used, left = source.split(", "), []
    names = sorted(os.listdir(code)) if os.path.isdir(code) else []
    if "requirements.txt" in names and "requirements.txt" not in used:
        left.append("requirements.txt is not read: %s says what is needed" % source)
    for name in names:
        left.extend(said(name, source) for pattern, _ in OTHERS[:4] if re.fullmatch(pattern, name))
    left.extend(lists(code, names, used, source))
    # uv reads a script's own requirements itself.
    if source not in ("pep723", "none") and not names_uv(command):
        script = find_script(code, command)
        if script and script[1]:
            left.append("%s has requirements of its own (PEP 723), which are not read: %s is" % (script[0], source))
    return left


def said(name, source):
    words = next(words for pattern, words in OTHERS if re.fullmatch(pattern, name))
    return "%s %s" % (name, words)


def lists(code, names, used, source):
    """Lists of requirements under other names; those of developers' tools are nobody's loss where others are read."""
    found = [name for name in names if re.fullmatch(OTHERS[4][0], name)]
    folder = os.path.join(code, "requirements")
    if os.path.isdir(folder):
        found += ["requirements/" + name for name in sorted(os.listdir(folder)) if name.endswith((".txt", ".in"))]
    read = [along for name in used for along in read_along(code, name)]
    for name in found:
        if name not in read and (source == "none" or not FOR_DEVELOPERS.search(name)):
            yield "%s is not read: name it by `setup.requirements`" % name
