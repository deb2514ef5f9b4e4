"""The program that a script's first line names: `#!` and what follows it, as Linux reads them. A fault is told only of
what surely cannot start: a script of which that is not sure is let run, and says itself what is wrong with it."""

import os
import re
import shlex

from .search import programs

LONGEST = 127
"""Every Linux reads that much of a first line; what lies beyond it counts on some, and is cut off on others."""
BOM = b"\xef\xbb\xbf"
UNREADABLE = b"\0"
"""Programs may be executed and not read: nothing is known of them."""
ENV = ("/usr/bin/env", "/bin/env")
SPLIT = re.compile(r"-v?S\s*([^'\"\\$#]*)")
"""What env splits into words at blanks alone: neither quotes nor variables are in it."""
FLAGGED = re.compile(r"(sh|bash|dash|python[\d.]*) -[beisuvxBEIOS]+\r")
"""Interpreters that end when one of their flags is no letter."""


def script_fault(path, folder, search):
    """Why the program of a script cannot be started, in words; None when it can. `folder` is where it will run,
    `search` its PATH. Nor can a shell start it."""
    start = first_bytes(path)
    line, end, _ = start[2:].partition(b"\n")
    if not start.startswith(b"#!") or b"\0" in line or not line.strip(b" \t") or not (end or len(start) <= LONGEST):
        return None
    line = os.fsdecode(line)
    name, _, rest = line.strip(" \t").replace("\t", " ").partition(" ")
    fault = interpreter_fault(name, folder) or argument_fault(name, rest.strip(" "), folder, search)
    if fault and line.endswith("\r"):
        last = line.split()[-1:]
        return windows_fault(line, last[0]) if last else no_program(line)
    return fault


def format_fault(path):
    """Why Linux does not take a file for a program, in words; None also for what a shell runs nevertheless."""
    start = first_bytes(path)
    if start.startswith(BOM + b"#!"):
        return "a byte order mark (BOM) stands before its #!: save it as UTF-8 without one"
    if b"\0" in start:
        return None
    if not start.startswith(b"#!"):
        if for_a_shell(path):
            return None
        return "it has no #! line that says what runs it: begin it with one (#!/bin/bash), or name its interpreter"
    line = os.fsdecode(start[2:].split(b"\n", 1)[0])
    return None if line.strip(" \t") else no_program(line)


def for_a_shell(path):
    """Whether a program is text without a #! line, which shells run as theirs. Not what is another language's by its
    name: `train.py` is none of theirs."""
    start = first_bytes(path)
    named = os.path.splitext(path)[1] in ("", ".sh", ".bash")
    return named and bool(start) and b"\0" not in start and not start.startswith((b"#!", BOM))


def first_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read(LONGEST + 1)
    except OSError:
        return UNREADABLE


def interpreter_fault(name, folder):
    full = os.path.join(folder, name)
    if not os.path.exists(full):
        return "its first line names %s, which is not on this host" % quoted(name)
    if os.path.isdir(full):
        return "its first line names %s, which is a folder" % quoted(name)
    if not os.access(full, os.X_OK):
        return "its first line names %s, which cannot be executed" % quoted(name)
    return None


def argument_fault(name, rest, folder, search):
    """Of what follows the interpreter's name: Linux gives it to the interpreter as one argument."""
    if name in ENV:
        return env_fault(rest, folder, search)
    if FLAGGED.fullmatch("%s %s" % (os.path.basename(name), rest)):
        return "its first line gives %s a flag that it does not have" % quoted(name)
    return None


def env_fault(rest, folder, search):
    """`#!/usr/bin/env python3` asks for a program on PATH."""
    wanted = env_program(rest)
    if not wanted or programs(wanted, folder, search) or programs(rest, folder, search):
        return None
    return "its first line asks env for %s, which is not on PATH" % quoted(wanted)


def env_program(rest):
    """The program that env is asked for; None where more than its name decides which that is, as options and another
    PATH do."""
    split = SPLIT.fullmatch(rest)
    words = split.group(1).split() if split else re.split(" +", rest)
    for word in words:
        if word.startswith(("-", "PATH=")) and word != "-v":
            return None
        if word != "-v" and "=" not in word:
            return word
    return None


def windows_fault(line, last):
    return (
        "its first line is %s, and ends as lines do on Windows: Linux takes the carriage return (\\r) for a part "
        "of the name, %s; save the file with Unix line ends (sed -i 's/\\r$//' FILE)"
        % (quoted("#!" + line), quoted(last + "\r"))
    )


def no_program(line):
    return "its first line, %s, names no program" % quoted("#!" + line)


def quoted(text):
    """A text with what is not seen in it, such as \\r."""
    shown = text.replace("\\", "\\\\").replace("\r", "\\r")
    return '"%s"' % shown if shown != text else shlex.quote(text)
