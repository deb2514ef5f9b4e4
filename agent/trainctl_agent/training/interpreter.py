"""The program that a script's first line names: `#!` and what follows it, as Linux reads them."""

import os
import shlex
import shutil

LONGEST = 256
"""Linux reads no more of a file than this to find out what it is."""
BOM = b"\xef\xbb\xbf"
UNREADABLE = b"\0"
"""Programs may be executed and not read: nothing is known of them."""


def script_fault(path, folder, search):
    """Why the program of a script cannot be started, in words; None when it can. `folder` is where it will run,
    `search` its PATH."""
    start = first_bytes(path)
    if start.startswith(BOM + b"#!"):
        return "a byte order mark (BOM) stands before its #!: save it as UTF-8 without one"
    if not start.startswith(b"#!"):
        return None
    line = os.fsdecode(start[2:].split(b"\n", 1)[0])
    words = line.split()
    if not words:
        return "its first line, %s, names no program" % quoted("#!" + line)
    if line.endswith("\r"):
        return (
            "its first line is %s, and ends as lines do on Windows: Linux takes the carriage return (\\r) for a part "
            "of the name, %s; save the file with Unix line ends (sed -i 's/\\r$//' FILE)"
            % (quoted("#!" + line), quoted(words[-1] + "\r"))
        )
    return program_fault(words[0], folder) or env_fault(words, search)


def no_script(path):
    """Whether a file is text without a first line that names a program. Only shells run such a file, as theirs."""
    start = first_bytes(path)
    return start is not UNREADABLE and not start.startswith(b"#!") and b"\0" not in start


def first_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST)
    except OSError:
        return UNREADABLE


def program_fault(name, folder):
    full = os.path.join(folder, name)
    if not os.path.exists(full):
        return "its first line names %s, which is not on this host" % quoted(name)
    if os.path.isdir(full):
        return "its first line names %s, which is a folder" % quoted(name)
    if not os.access(full, os.X_OK):
        return "its first line names %s, which cannot be executed" % quoted(name)
    return None


def env_fault(words, search):
    """`#!/usr/bin/env python3` asks for a program on PATH."""
    if os.path.basename(words[0]) != "env" or len(words) < 2:
        return None
    wanted = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    if not wanted or shutil.which(wanted[0], path=search):
        return None
    return "its first line asks env for %s, which is not on PATH" % quoted(wanted[0])


def quoted(text):
    """A text with what is not seen in it, such as \\r."""
    shown = text.replace("\\", "\\\\").replace("\r", "\\r")
    return '"%s"' % shown if shown != text else shlex.quote(text)
