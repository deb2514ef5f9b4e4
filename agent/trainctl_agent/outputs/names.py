"""Names of files as keys of S3."""

import hashlib
import os

KEY_BYTES = 1024
"""Of a whole key; S3 takes no longer one."""


def key_name(name):
    """A file's name as UTF-8 without control characters: bytes of neither kind are written as `%FF`."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
        if all(char >= " " and char != "\x7f" for char in text):
            return text
    except UnicodeDecodeError:
        pass
    out = []
    for char in name:
        plain = char >= " " and char != "\x7f" and not 0xDC80 <= ord(char) <= 0xDCFF
        out.append(char if plain else "".join("%%%02X" % byte for byte in os.fsencode(char)))
    return "".join(out)


def short_name(prefix, name):
    """The name, or, where the key would be too long, one made of its hash and its end."""
    if len((prefix + name).encode("utf-8")) <= KEY_BYTES:
        return name
    top = "outputs/" if name.startswith("outputs/") else ""
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]
    return "%slong-names/%s-%s" % (top, digest, os.path.basename(name).encode("utf-8")[-100:].decode("utf-8", "ignore"))
