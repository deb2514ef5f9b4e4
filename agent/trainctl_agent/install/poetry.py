"""The dependencies of a Poetry project that nothing builds, in the words of pip."""

SCRIPT = """
import pathlib, sys
from poetry.core.factory import Factory
package = Factory().create_poetry(pathlib.Path(sys.argv[1]), with_groups=False).package
lines = [one.to_pep_508(with_extras=False) for one in package.requires if not one.is_optional()]
pathlib.Path(sys.argv[2]).write_text("\\n".join(lines), encoding="utf-8")
"""
"""For a python that has poetry-core, which reads its own project files best. Arguments: project, file to write."""
