import unittest
from unittest import mock

from trainctl_agent.training.ranks.history import EVERY, LOOKS, History

MODULE = "trainctl_agent.training.ranks.history."
SECOND = 1_000_000_000


class Looks(unittest.TestCase):
    """At process 1 and those below it; `work` is in nanoseconds."""

    def setUp(self):
        self.now, self.work, self.ticks = 100.0, {1: 0, 2: 0, 3: 0, 4: 0}, {}
        self.table = {1: (9, False), 2: (1, False), 3: (2, False), 4: (1, False), 8: (7, False), 7: (0, False)}
        self.words = {1: ["python3", "launch.py"], 2: ["sh", "-c", "x"], 3: ["python3"], 7: ["python3"]}
        for name, double in (
            ("time.monotonic", lambda: self.now),
            ("work", lambda pid: (self.work[pid], 1) if pid in self.work else None),
            ("start_ticks", lambda pid: self.ticks.get(pid, 1)),
            ("process_table", lambda: self.table),
            ("command_line", lambda pid: self.words.get(pid, [])),
        ):
            patch = mock.patch(MODULE + name, double)
            patch.start()
            self.addCleanup(patch.stop)
        self.history = History(1)

    def after(self, seconds, work=0.0):
        """Process 1 works for so many seconds of these."""
        self.now += seconds
        self.work[1] += int(work * SECOND)
        self.history.look()
        return self.history.idle(1)

    def test_only_programs_of_python_that_have_started_others(self):
        self.assertEqual(self.history.parents(), [1])
        self.table[5] = (3, False)
        self.assertEqual(sorted(self.history.parents()), [1, 3])

    def test_how_much_it_has_worked_since_the_oldest_look(self):
        self.assertTrue(self.after(EVERY, 14.0))
        self.assertTrue(self.after(EVERY, 0.2))
        self.assertTrue(self.after(EVERY - 1))
        self.assertFalse(self.after(2, 1.5))
        # What it did long ago is forgotten.
        for _ in range(LOOKS):
            self.after(EVERY)
        self.assertTrue(self.after(1))

    def test_nothing_is_known_of_one_that_nobody_saw(self):
        self.after(EVERY)
        self.work[1] += 60 * SECOND
        self.now += 10
        self.assertFalse(self.history.idle(1))
        self.ticks[1] = 2
        self.assertTrue(self.history.idle(1))
        self.assertTrue(self.history.idle(6))
