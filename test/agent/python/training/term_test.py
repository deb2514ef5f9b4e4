import os
import signal
import unittest
from unittest import mock

from trainctl_agent.training.term import BASH_GOES_ON, Term

MODULE = "trainctl_agent.training.term."


def own_command_line():
    """This process plays the bash that runs a string command."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


class Told(unittest.TestCase):
    def setUp(self):
        self.now, self.ticks, self.children, self.told = 100.0, {}, [], []
        for name, double in (
            ("time.monotonic", lambda: self.now),
            ("start_ticks", lambda pid: self.ticks.get(pid, 1)),
            ("process_table", lambda: None),
            ("living_children", lambda table, parent: self.children),
            ("send_signal", lambda pid, number: self.told.append((pid, number))),
        ):
            patch = mock.patch(MODULE + name, double)
            patch.start()
            self.addCleanup(patch.stop)

    def test_a_list_is_told_once(self):
        term = Term(7, None)
        term.send()
        term.send()
        self.assertEqual(self.told, [(7, signal.SIGTERM)])

    def test_another_process_of_the_same_number_is_told_too(self):
        term = Term(7, None)
        term.send()
        self.ticks[7] = 2
        term.send()
        self.assertEqual(self.told, [(7, signal.SIGTERM)] * 2)

    def test_the_children_of_bash_are_told_and_bash_goes_on(self):
        term, self.children = Term(os.getpid(), own_command_line()), [8, 9]
        term.send()
        self.assertEqual(self.told, [(8, signal.SIGTERM), (9, signal.SIGTERM)])
        self.children = []
        self.assertEqual(term.targets(), [])
        self.now += BASH_GOES_ON - 0.1
        self.assertEqual(term.targets(), [])
        self.children = [10]
        self.assertEqual(term.targets(), [10])
        self.children = []
        self.assertEqual(term.targets(), [])
        self.now += BASH_GOES_ON
        self.assertEqual(term.targets(), [os.getpid()])

    def test_a_bash_without_children_is_at_work_itself(self):
        self.assertEqual(Term(os.getpid(), own_command_line()).targets(), [os.getpid()])

    @unittest.skipUnless(os.path.exists("/proc/self/cmdline"), "tells by /proc")
    def test_a_bash_that_has_become_the_command_is_told(self):
        self.children = [8]
        self.assertEqual(Term(os.getpid(), b"bash\0-c\0train\0").targets(), [os.getpid()])
