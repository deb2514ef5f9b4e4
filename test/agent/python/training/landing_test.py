import os
import stat
import subprocess

from support import FolderTest

from trainctl_agent.training.landing import write_landing


class Landing(FolderTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("state"))
        os.makedirs(self.path("code"))

    def bash(self, command, *words):
        return subprocess.run(
            ["bash", "--noprofile", "--norc", *words, "-c", ". %s; %s" % (self.path("state/env.sh"), command)],
            env={"PATH": os.environ["PATH"], "HOME": "/own"},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout

    def test_values_and_functions_as_they_are(self):
        odd = 'it\'s "$x" `y`\nline \\ two'
        env = {
            "ODD": odd,
            "BASH_FUNC_module%%": '() {  echo "module $1"\n}',
            "BASH_FUNC_bad name%%": "() { :; }",
            "NO-NAME": "1",
            "HOME": "/other",
            "TOKEN": "hidden",
        }
        write_landing(self.folder, env, {"TOKEN": "hidden"})
        self.assertEqual(self.bash('printf %s "$ODD"').decode(), odd)
        self.assertEqual(self.bash("module load; bash -c 'module again'"), b"module load\nmodule again\n")
        self.assertEqual(self.bash('echo "$HOME ${TOKEN-unset}"; pwd').decode(), "/own unset\n%s\n" % self.path("code"))
        self.assertNotIn("hidden", self.read("state/env.sh"))
        for name in ("env.sh", "shell.rc"):
            self.assertEqual(stat.S_IMODE(os.stat(self.path("state", name)).st_mode), 0o600)
