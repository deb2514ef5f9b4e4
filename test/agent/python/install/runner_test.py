import os
from unittest import mock

from support import BareImageTest

from trainctl_agent.errors import AgentError
from trainctl_agent.install.runner import Runner


class RunnerTest(BareImageTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("code"))
        os.makedirs(self.path("home"))
        self.said, self.heard = [], b""
        patch = mock.patch("trainctl_agent.install.runner.progress", self.said.append)
        patch.start()
        self.addCleanup(patch.stop)
        self.runner = Runner(self.folder, {"env": {"PIP_INDEX_URL": "http://me:hunter22@a"}}, {"index-url": "hunter22"})
        self.runner.hear = self.hear

    def hear(self, piece):
        self.heard += piece

    def test_uv_sees_a_terminal_and_what_pip_is_set_up_for(self):
        told = '[ -t 1 ] && echo "a terminal, $TERM"; printf "1 MB\\r2 MB\\r"; echo "3 MB from $UV_INDEX_URL, $*"'
        self.write("uv", "#!/bin/sh\n" + told, 0o755)
        self.runner.run([self.path("uv"), "pip", "install", "six"], "installing")
        self.assertEqual(
            self.heard,
            b"+ installing\na terminal, xterm\n\r1 MB\r3 MB from http://me:hunter22@a, pip install six\n",
        )

    def test_other_tools_write_into_a_pipe_byte_for_byte(self):
        self.runner.run(["sh", "-c", 'test -t 1 || printf "1\\r2\\033[1m${UV_INDEX_URL-unset}"'], "setup")
        self.assertEqual(self.heard, b"+ setup\n1\r2\x1b[1munset")
        self.runner.run(["true"], "more")
        self.assertTrue(self.heard.endswith(b"unset\n+ more\n"), "a line of our own begins one")

    def test_a_failure_has_the_last_lines_as_a_terminal_would_show_them_and_no_password(self):
        self.write("uv", "#!/bin/sh\nprintf '10%%\\r20%%\\rno such package at http://me:hunter22@a\\n'; exit 3", 0o755)
        with self.assertRaises(AgentError) as caught:
            self.runner.run([self.path("uv"), "venv", "v"], "making")
        self.assertEqual(caught.exception.message, "making failed with exit code 3")
        self.assertEqual(caught.exception.tail, "no such package at http://me:[secret index-url]@a")

    def test_what_cannot_be_run(self):
        with self.assertRaises(AgentError) as caught:
            self.runner.run([self.path("uv"), "venv"], "making")
        self.assertIn("cannot be run", caught.exception.message)
