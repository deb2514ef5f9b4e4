"""pip's settings: its files, then the environment."""

import configparser
import os

from ...paths import home


def pip_settings(env, root=""):
    """{option: text} of what `pip install` goes by, such as `index-url`. Of two files the later one wins, of two
    sections `install`, and the environment over all. `root` is put before the system's own paths."""
    found = {}
    sections = [read(path) for path in files(env, root)]
    for section in ("global", "install"):
        for parser in sections:
            if parser.has_section(section):
                found.update((plain(name), value) for name, value in parser.items(section) if value)
    found.update(
        (plain(name[len("PIP_") :]), value) for name, value in env.items() if name.startswith("PIP_") and value
    )
    return found


def files(env, root):
    """As pip looks for them, in its order. Of a null device it reads none at all."""
    own = env.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return []
    folder = env.get("HOME") or home()
    system = (env.get("XDG_CONFIG_DIRS") or root + "/etc/xdg").split(os.pathsep)
    paths = [os.path.join(one, "pip", "pip.conf") for one in system] + [root + "/etc/pip.conf"]
    if own and os.path.exists(own):
        return paths + [own]
    config = env.get("XDG_CONFIG_HOME") or os.path.join(folder, ".config")
    return paths + [os.path.join(folder, ".pip", "pip.conf"), os.path.join(config, "pip", "pip.conf")]


def read(path):
    """Empty where it cannot be read: pip itself will say so."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeError):
        return configparser.RawConfigParser()
    return parser


def plain(name):
    return name.lower().replace("_", "-").lstrip("-")
