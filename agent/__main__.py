"""What `python3 trainctl_agent.pyz` runs: the root of the archive. `python3 agent` runs the sources in the same way."""

import os
import sys
import zipimport


class Importer(zipimport.zipimporter):
    """Python's own compiles each module of an archive twice, the first time only to learn its file's name."""

    def get_filename(self, fullname):
        place = os.path.join(self.archive, self.prefix, fullname.rpartition(".")[2])
        return os.path.join(place, "__init__.py") if self.is_package(fullname) else place + ".py"


sys.path_hooks.insert(0, Importer)
# Modules are found by absolute paths, whatever folder a verb works in.
sys.path[0] = os.path.abspath(sys.path[0])

from trainctl_agent.__main__ import main  # noqa: E402

main()
