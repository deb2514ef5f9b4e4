import os
import subprocess
import sys
import types
import unittest

from trainctl_agent.training.background import background_warning, still_running

SLEEP = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", "--token", "tok-12345"]


class Background(unittest.TestCase):
    def test_names_command_lines_without_secrets(self):
        child = subprocess.Popen(SLEEP, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdout.readline()
        try:
            said = background_warning([child.pid, 2**22 + 1], {"TOKEN": "tok-12345"})
        finally:
            child.communicate()
        self.assertIn("(pid %d)" % child.pid, said)
        self.assertIn("wait", said)
        self.assertNotIn("tok-12345", said)
        self.assertIsNone(background_warning([2**22 + 1], {}))

    def test_many_are_counted_and_long_ones_cut(self):
        said = background_warning([os.getpid()] * 5, {})
        self.assertIn(" and 3 more", said)
        self.assertLess(len(said), 420)

    def test_who_ends_by_itself_is_not_named(self):
        trees = [[1, 2], [2], []]
        training = types.SimpleNamespace(tree=lambda: trees.pop(0), reap=lambda: None)
        self.assertEqual(still_running(training, 5), [])
        training.tree = lambda: [7]
        self.assertEqual(still_running(training, 0), [7])
