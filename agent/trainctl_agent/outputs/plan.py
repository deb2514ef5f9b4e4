"""What is to be uploaded, by which name."""

import os
import re
from collections import namedtuple

from ..errors import AgentError
from ..paths import relative
from .find import find_files, inner_file, own_base
from .folder import KEPT, below
from .names import key_name

Item = namedtuple("Item", "index real name own_name")
"""A file of output `index`: its name below that output's destination, and below the node's prefix."""


def plan_outputs(folder, wanted, has_place, code, problem):
    """The items of all outputs. `has_place(index)`: that output has a destination of its own; `code`: how the command
    ended. What is left out is told to `problem`."""
    items = []
    for index, output in enumerate(wanted):
        try:
            path = relative(output["from"], "outputs.from")
            found = (
                plan_all(folder, index, problem) if not path else plan_named(folder, index, path, has_place, problem)
            )
        except AgentError as error:
            problem("output %s: %s" % (output["from"], error.message))
            continue
        if path and not found and code == 0 and not os.path.lexists(os.path.join(folder.code, path)) and path != KEPT:
            pattern = "; it is taken as a name, not as a pattern" if re.search(r"[*?]", path) else ""
            problem("output %s: the command has written nothing there%s" % (output["from"], pattern))
        items += found
    return items


def plan_named(folder, index, path, has_place, problem):
    own, base = has_place(index), own_base(folder.code, path)
    items = []
    for real, name in find_files(folder.code, path, True, problem):
        beside = base + key_name(name)
        items.append(Item(index, real, key_name(name) if own else beside, beside))
    return items


def plan_all(folder, index, problem):
    """All that the command has made. What lies in outputs/ loses that part of its name; where another file has the same
    name then, that one goes below `elsewhere/`."""
    made, items, taken = folder.made(), [], set()
    for path in sorted(made.kept, key=lambda path: not below(path, KEPT)):
        real = inner_file(folder.code, os.path.join(folder.code, path))
        if real is None or not os.path.isfile(real):
            continue
        name = "outputs/" + key_name(path[len(KEPT) + 1 :] if path.startswith(KEPT + "/") else path)
        if name in taken:
            name = "outputs/elsewhere/" + key_name(path)
        taken.add(name)
        items.append(Item(index, real, name, name))
    tell_astray(made.astray, problem)
    return items


def tell_astray(links, problem):
    """One word for all of them: a tool may leave hundreds."""
    if len(links) == 1:
        problem("the link %r leads to no file of the code's folder and is left out" % links[0])
    elif links:
        named = ", ".join(repr(link) for link in links[:3]) + (", …" if len(links) > 3 else "")
        problem("%d links lead to no file of the code's folder and are left out: %s" % (len(links), named))
