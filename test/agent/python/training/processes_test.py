import os
import subprocess
import sys
import time
import unittest

from trainctl_agent.training.processes import (
    boot_id,
    descendants,
    environment,
    executable,
    living_children,
    now_ticks,
    process_table,
    start_ticks,
    thread_name,
    waiting_in,
    waits_for_child,
)


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


@unittest.skipUnless(os.path.isdir("/proc/self"), "asks /proc")
class Details(unittest.TestCase):
    def test_of_one_that_waits_for_its_child(self):
        script = "import os, subprocess, sys; c = subprocess.Popen(['cat']); print(c.pid, flush=True); c.wait()"
        before = now_ticks()
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PLACE": "a=b", "EMPTY": ""},
        )
        self.addCleanup(process.communicate)
        child = int(process.stdout.readline())
        while waiting_in(process.pid) != b"do_wait":
            time.sleep(0.005)
        self.assertIn(waits_for_child(process.pid), (child, 0))
        self.assertIsNone(waits_for_child(child))
        found = environment(process.pid)
        self.assertEqual((found["PLACE"], found["EMPTY"]), ("a=b", ""))
        self.assertEqual(thread_name(child), "cat")
        self.assertEqual(executable(process.pid), os.path.realpath(sys.executable))
        self.assertTrue(before <= start_ticks(process.pid) <= now_ticks())

    def test_of_none(self):
        none = 2**22 + 1
        self.assertEqual((waiting_in(none), environment(none)), (b"", {}))
        self.assertEqual((thread_name(none), executable(none)), ("", ""))
