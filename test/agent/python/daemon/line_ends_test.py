from support import FolderTest

from trainctl_agent.daemon.line_ends import windows_warning


class LineEnds(FolderTest):
    def said(self, command):
        return windows_warning(command, self.folder)

    def test_what_a_shell_reads(self):
        self.write("go.sh", "set -e\r\ncd x\r\n")
        self.write("go", "#!/bin/bash\ncd x\r\n")
        self.write("my vars.env", "A=1\r\n")
        self.write("Makefile", "all:\r\n\techo\r\n")
        for command, name in (
            (["./go.sh"], "go.sh"),
            ("bash -e ./go.sh --lr 1", "go.sh"),
            ("cd . && ./go", "go"),
            (["bash", "go"], "go"),
            ("source 'my vars.env'; python train.py", "my vars.env"),
            ("make all", "Makefile"),
        ):
            self.assertIn("the lines of %s end as on Windows" % name, self.said(command) or "", command)
        self.assertIn("sed -i 's/\\r$//' 'my vars.env'", self.said(["source", "my vars.env"]))

    def test_what_other_programs_read_or_is_as_it_should_be(self):
        self.write("train.py", "print(1)\r\n")
        self.write("data", "1,2\r\n")
        self.write("good.sh", "echo 'a\\r\\n'\n")
        self.write("model.sh", b"\0\r\n")
        for command in (["./train.py"], "python train.py data", "bash good.sh", "./model.sh", "bash ../x.sh", "'", []):
            self.assertIsNone(self.said(command), command)
