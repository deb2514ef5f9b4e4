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

    def test_what_a_set_up_under_way_has_yet_to_make_is_looked_for_at_each_login(self):
        told = 'echo "${VIRTUAL_ENV-no} ${UV_NO_SYNC-no} $PATH"'
        write_landing(self.folder, {"PATH": "/bin:/usr/bin", "UV_NO_SYNC": "0"}, {})
        self.assertEqual(self.bash(told).decode(), "no 0 /bin:/usr/bin\n")
        venv, tools = self.path("venv"), self.path("tools")
        os.makedirs(os.path.join(venv, "bin"))
        os.makedirs(tools)
        self.assertEqual(self.bash(told).decode(), "no 0 /bin:/usr/bin:%s\n" % tools)
        os.symlink("/bin/sh", os.path.join(venv, "bin", "python"))
        self.assertEqual(self.bash(told).decode(), "%s 0 %s/bin:/bin:/usr/bin:%s\n" % (venv, venv, tools))
        whole = {"PATH": "%s/bin:/bin:/usr/bin:%s" % (venv, tools), "VIRTUAL_ENV": venv}
        write_landing(self.folder, whole, {})
        self.assertEqual(self.bash(told).decode(), "%s no %s\n" % (venv, whole["PATH"]))
