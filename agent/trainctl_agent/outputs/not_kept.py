"""What a command wrote that goes with its host."""

NAMED = 8
"""How many entries a last word has room for."""


def not_kept(files):
    """The NotKept of the last word, of [(path, bytes, why)]; None when there is nothing. Where they are too many to be
    named, what lies in one folder of the top stands together."""
    if not files:
        return None
    groups = {}
    for path, size, why in files:
        top, slash, _ = path.partition("/")
        name = top + "/" if slash and len(files) > NAMED else path
        group = groups.setdefault((name, why), [0, 0])
        group[0] += 1
        group[1] += size
    named = [
        {"path": shown(name), "files": count, "bytes": size, "why": why}
        for (name, why), (count, size) in groups.items()
    ]
    named.sort(key=lambda entry: (-entry["bytes"], entry["path"]))
    return {"files": len(files), "bytes": sum(size for _, size, _ in files), "named": named[:NAMED]}


def shown(path):
    """A name that anybody can read, and short enough."""
    text = path.encode("utf-8", "replace").decode("utf-8")
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= 120 else "…" + text[-119:]
