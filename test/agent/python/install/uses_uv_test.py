from support import FolderTest

from trainctl_agent.install.uses_uv import uses_uv


class UsesUv(FolderTest):
    def uses(self, *commands):
        return uses_uv(self.folder, *commands)

    def test_in_what_a_command_starts(self):
        self.write("go.sh", "set -e\nuv run train.py\n")
        self.write("go", "#!/bin/sh\nexec uv sync --frozen\n")
        self.write("Makefile", "all:\n\t@uv run train.py\n")
        self.write("tool.py", "#!/usr/bin/env -S uv run --script\r\n")
        for command in (
            "bash go.sh 1",
            ["./go"],
            "cd . && ./go;",
            "cd .\nA=1 exec ./tool.py",
            "make all",
            ["./tool.py"],
            "uv run x",
        ):
            self.assertTrue(self.uses(command), command)
        self.assertTrue(self.uses("python x", "bash go.sh"))

    def test_not_in_what_only_has_the_word(self):
        self.write("go.sh", "python train.py --uv run\necho duv run x\n")
        self.write("train.py", "#!/usr/bin/env python3\nprint('uv run x')\n")
        self.write("data.csv", "uv run x\n")
        self.write("tool.py", "#!/usr/bin/env -S uv run --script\n")
        self.write("Makefile", "all:\n\t# by hand: uv run train.py\n\tpython train.py # not uv run train.py\n")
        commands = ("bash go.sh", "./train.py data.csv", "make", "bash ../go.sh", "'", [])
        for command in (*commands, "python tool.py", ["python", "./tool.py"], "A=1 python ./tool.py"):
            self.assertFalse(self.uses(command), command)
