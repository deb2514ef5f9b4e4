import os
import stat
import time
from unittest import mock

from support import FolderTest

from trainctl_agent.training import login
from trainctl_agent.training.login import login_env, take


class Login(FolderTest):
    """By a real bash, with the files of an image that the test makes."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("home"))
        there = {
            "TRAINCTL_HOST_ROOT": self.path("root"),
            "HOME": self.path("home"),
            "SHELL": "/bin/bash",
            "PATH": os.environ["PATH"],
            "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 10",
            "KEPT": "of the connection",
        }
        patch = mock.patch.dict(os.environ, there, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def profile(self, text, name="root/etc/profile"):
        return self.write(name, text)

    def test_an_image_without_login_files_is_the_bare_environment(self):
        env, warnings = take()
        self.assertEqual((env["KEPT"], warnings), ("of the connection", []))
        self.assertNotIn("SSH_CONNECTION", env)

    def test_etc_environment_then_the_profiles(self):
        self.write("root/etc/environment", 'A="from pam"\nB=pam\n')
        self.profile('export B="$B and profile" C="two\nlines" D="$0"\nshopt -q login_shell && export LOGIN=yes\n')
        self.profile("export E=own; unset KEPT", "home/.profile")
        env, warnings = take()
        self.assertEqual([env[name] for name in "ABCE"], ["from pam", "pam and profile", "two\nlines", "own"])
        self.assertEqual((env["LOGIN"], warnings), ("yes", []))
        for name in ("KEPT", "SSH_CONNECTION", "SHLVL", "_", "PWD"):
            self.assertNotIn(name, env)
        self.assertFalse([name for name in env if name.startswith("__trainctl")])

    def test_functions_that_bash_exports(self):
        self.profile('module() { echo "loaded $1"; }\nexport -f module\n')
        env, _ = take()
        self.assertIn("loaded", env["BASH_FUNC_module%%"])

    def test_what_a_profile_prints_reads_and_leaves_running(self):
        self.profile('echo "A=printed"; read -r answer; export A="${answer:-nobody}"; (sleep 30; echo late) &\n')
        env, warnings = take()
        self.assertEqual((env["A"], warnings), ("nobody", []))

    def test_one_that_ends_the_shell_is_a_warning_with_its_words(self):
        for end in ("exit 3", "set -e; false", "set -u; echo $nothing", "exec sh -c 'exit 3'"):
            profile = self.profile("export A=1\necho 'no licence server' >&2\n%s\n" % end)
            self.profile("export B=1", "home/.profile")
            env, (warning,) = take()
            self.assertIn(profile, warning)
            self.assertIn("no licence server", warning)
            self.assertIn("KEPT", env)
            self.assertNotIn("B", env)
            # What it had set by then counts, where the shell itself ends.
            if not end.startswith("exec"):
                self.assertEqual(env["A"], "1", end)

    def test_one_that_does_not_end_is_left_where_it_is(self):
        self.write("root/etc/profile.d/1.sh", "export A=1")
        slow = self.write("root/etc/profile.d/2.sh", "echo waiting for the network; : > $HOME/begun; sleep 60")
        wait = login.wait

        def wait_from_then(child, seconds):
            while not os.path.exists(self.path("home/begun")):
                time.sleep(0.01)
            return wait(child, seconds)

        with mock.patch.object(login, "wait", wait_from_then):
            env, (warning,) = take(seconds=0.05)
        self.assertEqual(env["A"], "1")
        self.assertIn("%s did not end within" % slow, warning)
        self.assertIn("waiting for the network", warning)

    def test_settings_of_the_shell_that_would_be_in_the_way(self):
        self.profile("export A=1 PATH=/nowhere\nset -o noclobber\nprintf() { :; }\nreadonly out=1 file=2\n")
        env, warnings = take()
        self.assertEqual((env["A"], env["PATH"], warnings), ("1", "/nowhere", []))

    def test_bytes_that_are_no_utf_8(self):
        self.profile("export A=$'\\xff\\x01'\n")
        os.makedirs(self.path("state"))
        login_env(self.folder)
        self.assertEqual(os.fsencode(login_env(self.folder)[0]["A"]), b"\xff\x01")

    def test_once_until_a_file_changes_and_for_nobody_elses_eyes(self):
        os.makedirs(self.path("state"))
        self.profile('echo run >> "$HOME/runs"; export A=1\n')
        for _ in range(3):
            self.assertEqual(login_env(self.folder)[0]["A"], "1")
        self.assertEqual(self.read("home/runs"), "run\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("state/login.json")).st_mode), 0o600)
        self.profile("export B=2\n", "home/.bash_profile")
        self.assertEqual(login_env(self.folder)[0]["B"], "2")
