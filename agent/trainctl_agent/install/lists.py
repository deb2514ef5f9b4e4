"""Lists of requirements, as pip reads them."""

import os
import re

from ..sizes import MIB

INCLUDES = re.compile(r"(?m)^[ \t]*(?:-r|-c|--requirement|--constraint)[ \t=]*([^\s#]+)")
ITSELF = re.compile(r"(?m)^[ \t]*(?:(?:-e|--editable)[ \t=]*)?(?:file:)?\./?(?:\[([^\]\n]*)\])?[ \t]*(?:[;#].*)?\r?$")
HASHED = re.compile(r"(?m)^[^#\n]*--hash[ =]")


def read_list(path):
    """The text of a list; empty when it cannot be read. Windows' PowerShell writes UTF-16, and marks of byte order."""
    try:
        with open(path, "rb") as file:
            data = file.read(MIB)
    except OSError:
        return ""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return data.decode("utf-16" if wide else "utf-8-sig", "replace")


def read_along(code, name):
    """The names, below `code`, of a list and of all that it includes."""
    found, todo = [], [name]
    while todo:
        one = os.path.normpath(todo.pop())
        if one not in found and not one.startswith(".."):
            found.append(one)
            names = INCLUDES.findall(read_list(os.path.join(code, one)))
            todo.extend(os.path.join(os.path.dirname(one), other) for other in names if "://" not in other)
    return found


def names_itself(code, name):
    """Whether a list has the project that it lies in, as `-e .` does."""
    return itself(code, name) is not None


def itself(code, name):
    """The extras with which a list has the project that it lies in, as `-e .[gpu]` does; None where it has it not."""
    found = ITSELF.search(read_list(os.path.join(code, name)))
    return [extra.strip() for extra in (found.group(1) or "").split(",")] if found else None


def is_hashed(path):
    """Whether pip asks for hashes of all that is installed with it: no folder has one."""
    code, name = os.path.split(path)
    return any(HASHED.search(read_list(os.path.join(code, one))) for one in read_along(code, name))
