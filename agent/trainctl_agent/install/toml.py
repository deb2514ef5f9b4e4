"""The little TOML that the agent reads: arrays of strings."""

import re


def toml_array(text, path):
    """The strings of the array at a dotted path (`project.dependencies`) of a TOML text; None when it is not there.

    Python 3.8 to 3.10 have no tomllib. This reads keys, tables, strings and nesting, which is all that finding an array
    of strings takes; what it does not understand it skips."""
    for name, value in toml_values(text):
        if name == path:
            return value if isinstance(value, list) else None
    return None


def toml_values(text):
    """Every `key = value` of a TOML text as (dotted path, string | list of strings | bool | None), those within inline
    tables after the table's own."""
    table, at = [], 0
    while True:
        at = toml_blank(text, at)
        if at >= len(text):
            return
        header = re.compile(r"\[\[?([^\]\n]*)\]\]?").match(text, at)
        if header:
            table = [next(p for p in m.groups() if p is not None) for m in KEY_PART.finditer(header.group(1))]
            at = header.end()
            continue
        start = at
        names, at = toml_key(text, at)
        if not names or text[at : at + 1] != "=":
            end = text.find("\n", start)
            at = len(text) if end < 0 else end + 1
            continue
        within = []
        value, at = toml_value(text, at + 1, within)
        yield ".".join(table + names), value
        for inner, value in within:
            yield ".".join(table + names + inner), value


KEY_PART = re.compile(r'\s*(?:"([^"\n]*)"|\'([^\'\n]*)\'|([A-Za-z0-9_-]+))\s*')


def toml_key(text, at):
    """The parts of the dotted key at `at`, and where it ends; no parts where there is none."""
    names = []
    while True:
        part = KEY_PART.match(text, at)
        if not part:
            return names, at
        names.append(next(p for p in part.groups() if p is not None))
        at = part.end()
        if text[at : at + 1] != ".":
            return names, at
        at += 1


def toml_blank(text, at):
    return re.compile(r"(?:\s|#[^\n]*)*").match(text, at).end()


TOML_STRING = re.compile(
    r'"""\n?(?P<a>(?:\\.|[^\\])*?)"""|\'\'\'\n?(?P<b>.*?)\'\'\'|"(?P<c>(?:\\.|[^"\\\n])*)"'
    r"|'(?P<d>[^'\n]*)'",
    re.S,
)


def toml_value(text, at, within=None):
    """The value at `at` and where it ends. Numbers, dates and tables are None; `within` is given what an
    inline table holds, as (parts of the key, value)."""
    at += len(text[at:]) - len(text[at:].lstrip(" \t"))
    found = TOML_STRING.match(text, at)
    if found:
        if found.lastgroup in ("b", "d"):
            return found.group(found.lastgroup), found.end()
        return toml_unescape(found.group(found.lastgroup)), found.end()
    opener = text[at : at + 1]
    if opener == "[":
        items, at = [], toml_blank(text, at + 1)
        while at < len(text) and text[at] != "]":
            item, end = toml_value(text, at)
            items.append(item)
            at = toml_blank(text, max(end, at + 1))
            if text[at : at + 1] == ",":
                at = toml_blank(text, at + 1)
        return [item for item in items if isinstance(item, str)], at + 1
    if opener == "{":
        at += 1
        while at < len(text) and text[at] != "}":
            names, end = toml_key(text, at)
            if not names or text[end : end + 1] != "=":
                at += 1
                continue
            inner = []
            value, at = toml_value(text, end + 1, inner)
            if within is not None:
                within.append((names, value))
                within.extend((names + more, value) for more, value in inner)
        return None, at + 1
    plain = re.compile(r"[^,\]\}\n#]*").match(text, at)
    return {"true": True, "false": False}.get(plain.group().strip()), plain.end()


def toml_unescape(text):
    simple = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "e": "\x1b"}

    def one(match):
        word = match.group(1)
        if word[0] in "uU":
            return chr(int(word[1:], 16))
        return "" if word[0].isspace() else simple.get(word, word)

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\s+|.)", one, text, flags=re.S)
