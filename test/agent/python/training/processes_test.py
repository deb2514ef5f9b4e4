import os
import subprocess
import sys
import unittest

from trainctl_agent.training.processes import boot_id, descendants, living_children, process_table, start_ticks


class Processes(unittest.TestCase):
    def test_a_tree_and_an_identity(self):
        script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
        child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            child.stdout.readline()
            below = descendants(os.getpid())
            self.assertEqual((len(below), below[0]), (2, child.pid))
            self.assertEqual(living_children(process_table(), child.pid), below[1:])
            self.assertEqual(start_ticks(child.pid), start_ticks(child.pid))
        finally:
            child.communicate(b"\n")
        self.assertEqual(descendants(os.getpid()), [])
        self.assertIsNone(start_ticks(child.pid))

    def test_the_dead_that_nobody_has_collected_do_not_live(self):
        table = {1: (0, False), 2: (1, True), 3: (1, False), 4: (3, False)}
        self.assertEqual(living_children(table, 1), [3])

    def test_a_boot_has_a_name(self):
        self.assertEqual(boot_id(), boot_id())
