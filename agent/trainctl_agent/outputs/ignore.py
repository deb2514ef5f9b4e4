"""The patterns of .gitignore and .trainctlignore, as git reads them."""

import os
import re

NAMES = (".gitignore", ".trainctlignore")


class Ignore:
    """`texts`: {path of an ignore file: its text}, relative to the top. A deeper file wins over a higher one, a later
    line over an earlier one; .trainctlignore wins over git's, and what it takes in by `!` is taken in whole."""

    def __init__(self, texts):
        self.git, self.own, self.folders = [], [], {}
        for path in sorted(texts, key=lambda path: (path.count("/"), path)):
            rules = self.own if os.path.basename(path) == NAMES[1] else self.git
            rules += patterns(texts[path], os.path.dirname(path))

    def ignores(self, path):
        """Whether a file is ignored, by itself or with a folder above it."""
        above = os.path.dirname(path)
        state = self.folder(above) if above else "in"
        return state == "out" or self.verdict(path, False, state) == "out"

    def folder(self, path):
        if path not in self.folders:
            above = os.path.dirname(path)
            state = self.folder(above) if above else "in"
            self.folders[path] = state if state == "out" else self.verdict(path, True, state)
        return self.folders[path]

    def verdict(self, path, is_folder, state):
        """`out`, `in`, or `again`: git's patterns count no more."""
        own = last(self.own, path, is_folder)
        if own is not None:
            return "out" if own else "again"
        if state == "again":
            return state
        return "out" if last(self.git, path, is_folder) else "in"


def last(rules, path, is_folder):
    """What the last pattern that matches says: True ignores, False takes in; None when none matches."""
    for expression, negated, folders in reversed(rules):
        if (is_folder or not folders) and expression.fullmatch(path):
            return not negated
    return None


def patterns(text, folder):
    """[(expression of whole paths from the top, negated, of folders alone)]."""
    found = []
    for line in text.lstrip("\ufeff").splitlines():
        line = re.sub(r"(?<!\\) +$", "", line)
        if not line or line.startswith("#"):
            continue
        negated = line.startswith("!")
        pattern = line[1:] if negated else line
        folders = pattern.endswith("/")
        pattern = pattern[:-1] if folders else pattern
        if not pattern:
            continue
        bound = "/" in pattern
        top = re.escape(folder) + "/" if folder else ""
        body = expression(pattern.lstrip("/"))
        try:
            found.append((re.compile(top + ("" if bound else "(?:.*/)?") + body, re.DOTALL), negated, folders))
        except re.error:
            continue
    return found


def expression(pattern):
    """A pattern as a regular expression."""
    out, at = "", 0
    while at < len(pattern):
        rest = pattern[at:]
        if rest.startswith("**/") and (at == 0 or pattern[at - 1] == "/"):
            out, at = out + "(?:.*/)?", at + 3
        elif rest == "**" and at and pattern[at - 1] == "/":
            out, at = out + ".+", at + 2
        elif rest[0] == "*":
            out, at = out + "[^/]*", at + 1
        elif rest[0] == "?":
            out, at = out + "[^/]", at + 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\").replace("[", "\\[")
            out, at = out + "[" + re.sub("^[!^]", "^", inner) + "]", at + end + 1
        elif rest[0] == "\\" and len(rest) > 1:
            out, at = out + re.escape(rest[1]), at + 2
        else:
            out, at = out + re.escape(rest[0]), at + 1
    return out
