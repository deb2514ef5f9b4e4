"""Line ends of Windows in what a shell or make reads."""

import os
import re
import shlex

from ..training.interpreter import first_bytes, for_a_shell

READ = 65536
SHELLS = ("bash", "sh", "dash", "zsh", "ksh", "source", ".", "exec")
FOR_SHELLS = re.compile(r".*\.(sh|bash|zsh|env)|\.env(\..+)?", re.DOTALL)
OF_SHELLS = re.compile(rb"#!.*\b(ba|da|z|k)?sh\b")
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def windows_warning(command, code):
    """What to say of a command that failed, where a script of the code that it gives to a shell has such line ends;
    None where none has."""
    found = next((path for path in read_by_shells(command, code) if has_windows_ends(os.path.join(code, path))), None)
    if found is None:
        return None
    return (
        "the lines of %s end as on Windows: Linux takes the carriage return (\\r) for a part of the last word of each. "
        "If that is why the command failed, save it with Unix line ends: sed -i 's/\\r$//' %s"
        % (found, shlex.quote(found))
    )


def read_by_shells(command, code):
    """The files of the code that a command gives to a shell, or to make."""
    words, before = split(command), ""
    for word in words:
        path = os.path.normpath(word.rstrip(";&|"))
        full = os.path.join(code, path)
        if not path.startswith(("/", "..")) and os.path.isfile(full):
            first = before in ("", *SHELLS) or before.endswith((";", "&", "|", "("))
            if FOR_SHELLS.fullmatch(os.path.basename(path)) or (first and is_for_a_shell(full)):
                yield path
        if os.path.basename(word) == "make":
            yield from (name for name in MAKEFILES if os.path.isfile(os.path.join(code, name)))
        before = word


def is_for_a_shell(path):
    return for_a_shell(path) or bool(OF_SHELLS.match(first_bytes(path).split(b"\n", 1)[0]))


def has_windows_ends(path):
    try:
        with open(path, "rb") as file:
            start = file.read(READ)
    except OSError:
        return False
    return b"\r\n" in start and b"\0" not in start


def split(command):
    if isinstance(command, list):
        return command
    try:
        return shlex.split(command, comments=True)
    except ValueError:
        return command.split()
