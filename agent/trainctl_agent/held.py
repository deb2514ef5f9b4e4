"""What was fetched and restored, until the command starts: beside the code, not in it.

Dependencies are installed at the same time, on every attempt, and their build must see the code alone."""

import os

from .errors import AgentError
from .files import read_json, remove
from .folders import replace_dir
from .locks import locked
from .paths import inside


def held(directory, name):
    """Where `inputs` or the `checkpoint` wait."""
    return os.path.join(directory, "held", name)


def place(directory):
    """Puts it into the code. What was restored wins over what was fetched, and both over the code, in whichever order
    they came: a restored directory is as it was, and nothing is added to it. Repeated after a crash, it goes on."""
    with locked(directory, "place", quiet=True):
        code = os.path.join(directory, "code")
        marker = read_json(os.path.join(directory, "state", "restore.json"))
        target = inside(code, marker["target"], "checkpoints.dir") if marker else None
        inputs, checkpoint = held(directory, "inputs"), held(directory, "checkpoint")
        if os.path.isdir(inputs):
            overlay(inputs, code, os.path.realpath(code), target and os.path.realpath(target))
            remove(inputs)
        if target and os.path.isdir(checkpoint):
            replace_dir(checkpoint, target)


def overlay(source, target, code, restored):
    """Moves what lies in `source` to `target`, over files of the same name. Nothing is put into `restored`, and nothing
    through a link that leads out of `code`."""
    for name in sorted(os.listdir(source)):
        a, b = os.path.join(source, name), os.path.join(target, name)
        if restored and os.path.isdir(b) and os.path.realpath(b) == restored:
            continue
        folder = os.path.isdir(a)
        if not os.path.lexists(b) or not (folder or os.path.isdir(b)):
            os.replace(a, b)
            continue
        shown = os.path.relpath(b, code)
        real = os.path.realpath(b)
        if folder and os.path.isdir(b) and (real == code or real.startswith(code + "/")):
            overlay(a, b, code, restored)
        elif folder and os.path.isdir(b):
            raise AgentError("hostile", "the input %r leads through a link out of its folder" % shown)
        else:
            kinds = ("folder", "file") if folder else ("file", "folder")
            raise AgentError("bad-request", "the input %r is a %s, and the code has a %s there" % (shown, *kinds))
