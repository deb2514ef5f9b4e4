"""setup.cfg without a setup.py or pyproject.toml, which pip cannot install."""

import configparser


def cfg_dependencies(path):
    """The install_requires that it lists; [] where it has none, or only configures tools."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8-sig")
        text = parser.get("options", "install_requires", fallback="")
    except (configparser.Error, UnicodeError):
        return []
    lines = [line.split("#")[0].strip() for line in text.replace(";\n", "\n").split("\n")]
    return [line for line in lines if line and not line.startswith(("file:", "attr:"))]
