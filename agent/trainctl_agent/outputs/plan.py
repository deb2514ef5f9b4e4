"""What is to be uploaded, by which name."""

import os
import re
from collections import namedtuple

from ..errors import AgentError
from ..paths import relative
from .find import find_files, inner_file, own_base, unreadable
from .folder import KEPT, below
from .names import key_name

CLOSED = 3
"""Folders that cannot be read are named so far."""

Item = namedtuple("Item", "index real name own_name path")
"""A file of output `index`: its name below that output's destination (None where another file has it), its name below
the node's prefix, and its path in the working directory."""


def plan_outputs(folder, wanted, place_of, code, problem):
    """The items of all outputs. `place_of(index)`: (bucket, prefix) of an output with a destination of its own, else
    None; `code`: how the command ended. What is left out is told to `problem`."""
    items = []
    for index, output in enumerate(wanted):
        try:
            path = relative(output["from"], "outputs.from")
            found = plan_all(folder, index, problem) if not path else plan_named(folder, index, path, place_of, problem)
        except AgentError as error:
            problem("output %s: %s" % (output["from"], error.message))
            continue
        if path and not found and code == 0 and not os.path.lexists(os.path.join(folder.code, path)) and path != KEPT:
            pattern = "; it is taken as a name, not as a pattern" if re.search(r"[*?]", path) else ""
            problem("output %s: the command has written nothing there%s" % (output["from"], pattern))
        items += found
    return apart(items, place_of)


def plan_named(folder, index, path, place_of, problem):
    own, base = place_of(index), own_base(folder.code, path)
    one = os.path.isfile(os.path.join(folder.code, path))
    items = []
    for real, name in find_files(folder.code, path, True, problem):
        beside = base + key_name(name)
        inside = path if one else path + "/" + name
        items.append(Item(index, real, key_name(name) if own else beside, beside, inside))
    return items


def apart(items, place_of):
    """No two files under one name, and none where another has a folder. Of those that would have it the first keeps it,
    and the others lie below the node's prefix, in `elsewhere/`, or in the first of `elsewhere-2/`, … that has room: so
    many files cannot be in the way of all of these."""
    own, there, folders, result = {}, {}, set(), []
    for item in items:
        place = place_of(item.index)
        key = place and (place[0], place[1] + item.name)
        clash = key and there.setdefault(key, item.real) != item.real
        name = item.own_name
        if clash or taken(name, item.real, own, folders):
            ends = ("-%d" % more if more > 1 else "" for more in range(1, len(own) + 2))
            names = ("outputs/elsewhere%s/%s" % (end, key_name(item.path)) for end in ends)
            name = next((one for one in names if not taken(one, item.real, own, folders)), name)
        own[name] = item.real
        folders.update(above(name))
        result.append(item._replace(name=None if clash else item.name if place else name, own_name=name))
    return result


def taken(name, real, own, folders):
    """Whether another file has the name, has a folder there, or lies where this one needs a folder."""
    return own.get(name, real) != real or name in folders or any(folder in own for folder in above(name))


def above(name):
    """The folders that a name lies in."""
    parts = name.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def plan_all(folder, index, problem):
    """All that the command has made. What lies in outputs/ loses that part of its name, and comes
    first: where another file has the same name then, that one is the other."""
    made, items = folder.made(), []
    for path in sorted(made.kept, key=lambda path: not below(path, KEPT)):
        real = inner_file(folder.code, os.path.join(folder.code, path))
        if real is None or not os.path.isfile(real):
            continue
        name = "outputs/" + key_name(path[len(KEPT) + 1 :] if path.startswith(KEPT + "/") else path)
        items.append(Item(index, real, name, name, path))
    tell_astray(made.astray, problem)
    for folder in made.closed[:CLOSED]:
        problem(unreadable(folder))
    return items


def tell_astray(links, problem):
    """One word for all of them: a tool may leave hundreds."""
    if len(links) == 1:
        problem("the link %r leads to no file of the code's folder and is left out" % links[0])
    elif links:
        named = ", ".join(repr(link) for link in links[:3]) + (", …" if len(links) > 3 else "")
        problem("%d links lead to no file of the code's folder and are left out: %s" % (len(links), named))
