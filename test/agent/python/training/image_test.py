import os
from unittest import mock

from support import FolderTest

from trainctl_agent.training.image import fingerprint, login_files, pam_environment


class PamEnvironment(FolderTest):
    def test_the_lines_that_it_reads(self):
        text = (
            "PATH=\"/a:/b\"\nexport A=1\n  B = x\nC='it''s'\nD=\"open\nE=$HOME/x\n# F=1\nG=a b # told\nH=\nI\n"
            'J-K=1\n\nL="a#b"\nM=\n'
        )
        self.assertEqual(
            list(pam_environment(text)),
            [
                ("PATH", "/a:/b"),
                ("A", "1"),
                ("C", "it''s"),
                ("D", "open"),
                ("E", "$HOME/x"),
                ("G", "a b"),
                ("H", ""),
                ("I", None),
                ("L", "a"),
                ("M", ""),
            ],
        )


class LoginFiles(FolderTest):
    def setUp(self):
        super().setUp()
        there = {"TRAINCTL_HOST_ROOT": self.path("root"), "HOME": self.path("home"), "SHELL": "/bin/bash"}
        patch = mock.patch.dict(os.environ, there, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def test_none_on_an_image_without_any(self):
        self.assertEqual(login_files("/bin/bash"), [])

    def test_the_profile_then_the_first_of_ones_own(self):
        mine = self.write("home/.profile")
        self.assertEqual(login_files("/bin/bash"), [mine])
        first = self.write("home/.bash_profile")
        scripts = [self.write("root/etc/profile.d/%s.sh" % name) for name in "ab"]
        self.write("root/etc/profile.d/c.csh")
        self.assertEqual(login_files("/bin/bash"), [*scripts, first])
        self.assertEqual(login_files("/bin/dash"), [*scripts, mine])
        profile = self.write("root/etc/profile")
        self.assertEqual(login_files("/bin/bash"), [profile, first])
        self.assertIsNone(login_files("/usr/bin/zsh"))

    def test_a_change_of_one_of_them_is_seen(self):
        before = fingerprint()
        self.assertEqual(fingerprint(), before)
        self.write("root/etc/profile.d/a.sh", "A=1\n")
        self.assertNotEqual(fingerprint(), before)
