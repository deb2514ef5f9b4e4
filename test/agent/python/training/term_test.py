import os
import signal
import unittest
from unittest import mock

from trainctl_agent.training.ranks.starters import IDLE
from trainctl_agent.training.term import BASH_GOES_ON, LAUNCHERS_END, SHELL_IS_DEAF, Term

MODULE = "trainctl_agent.training.term."


def own_command_line():
    """This process plays the bash that runs a string command."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


class TermTest(unittest.TestCase):
    def setUp(self):
        self.now, self.ticks, self.children, self.told = 100.0, {}, [], []
        self.trainings, self.dead, self.kinds, self.words = [], set(), {}, {}
        self.table, self.starters, self.killed = {}, set(), []
        self.behaved, self.below, self.idle, self.ranks = {}, [], set(), set()
        for name, double in (
            ("time.monotonic", lambda: self.now),
            ("time.time", lambda: self.now),
            ("start_ticks", lambda pid: self.ticks.get(pid, 1)),
            ("alive", lambda pid, ticks: pid not in self.dead and self.ticks.get(pid, 1) == ticks),
            ("process_table", lambda: self.table),
            ("living_children", lambda table, parent: self.children),
            ("heeding", self.heeding),
            ("heeding_below", lambda pid, number: self.below),
            ("idle_since", lambda pid, then: pid in self.idle),
            ("other_rank", lambda pid, parent: pid in self.ranks),
            ("work", lambda pid: (0, 0)),
            ("now_ticks", lambda: 1),
            ("starts_programs", lambda pid, was_idle: pid in self.starters),
            ("command_line", lambda pid: self.words.get(pid, pid)),
            ("kind", lambda pid: self.kinds.get(pid)),
            (
                "send_signal",
                lambda pid, number: (self.told if number == signal.SIGTERM else self.killed).append(pid),
            ),
        ):
            patch = mock.patch(MODULE + name, double)
            patch.start()
            self.addCleanup(patch.stop)

    def heeding(self, pids, number, told, launchers, was_idle):
        launchers.update(self.behaved)
        return [pid for pid in self.trainings if pid not in told]

    def after(self, term, seconds, patience=0.0, unheard=False):
        self.now += seconds
        term.send(patience, unheard)
        return self.told


class WithoutAnyHandler(TermTest):
    def test_a_list_is_told_once(self):
        term = Term(7, None)
        term.send()
        term.send()
        self.assertEqual(self.told, [7])

    def test_another_process_of_the_same_number_is_told_too(self):
        term = Term(7, None)
        term.send()
        self.ticks[7] = 2
        term.send()
        self.assertEqual(self.told, [7, 7])

    def test_the_children_of_bash_are_told_and_bash_goes_on(self):
        term, self.children = Term(os.getpid(), own_command_line()), [8, 9]
        term.send()
        self.assertEqual(self.told, [8, 9])
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

    def test_who_looks_for_the_stop_file_is_told_when_patience_ends(self):
        term = Term(7, None)
        self.assertEqual(self.after(term, 0, patience=150.0), [])
        self.assertEqual(self.after(term, 49, patience=150.0), [])
        self.assertEqual(self.after(term, 1, patience=150.0), [7])


class BelowLaunchers(TermTest):
    def test_the_training_is_told_and_nobody_else_while_it_lives(self):
        term, self.trainings = Term(7, None), [20, 21]
        self.assertEqual(self.after(term, 0), [20, 21])
        self.assertEqual(self.after(term, 500), [20, 21])
        self.dead = {20}
        self.assertEqual(self.after(term, 500), [20, 21])

    def test_launchers_have_a_moment_once_it_has_ended(self):
        term, self.trainings = Term(7, None), [20]
        self.after(term, 0)
        self.trainings, self.dead = [], {20}
        self.assertEqual(self.after(term, 5), [20])
        self.assertEqual(self.after(term, LAUNCHERS_END - 0.1), [20])
        self.assertEqual(self.after(term, 0.1), [20, 7])

    def test_one_that_comes_later_is_told_and_waited_for(self):
        term, self.trainings = Term(7, None), [20]
        self.after(term, 0)
        self.dead, self.trainings = {20}, []
        self.after(term, 1)
        self.trainings = [30]
        self.assertEqual(self.after(term, LAUNCHERS_END), [20, 30])
        self.assertEqual(self.after(term, 100), [20, 30])

    def test_whoever_must_look_before_does_so_once_for_all_that_are_told_together(self):
        term, self.trainings, looks = Term(7, None), [20, 21], []
        term.before = lambda: looks.append(list(self.told))
        self.after(term, 0)
        self.after(term, 1)
        self.assertEqual(looks, [[]])
        self.trainings, self.dead = [], {20, 21}
        self.after(term, 1)
        self.after(term, LAUNCHERS_END)
        self.assertEqual((looks[1:], self.told), ([[20, 21]], [20, 21, 7]))

    def test_patience_does_not_keep_a_training_with_a_handler_waiting(self):
        term, self.trainings = Term(7, None), [20]
        self.assertEqual(self.after(term, 0, patience=1000.0), [20])

    def test_who_would_pass_it_on_to_one_that_reads_the_file_waits_with_it(self):
        term, self.trainings, self.starters = Term(7, None), [20], {20}
        self.assertEqual(self.after(term, 0, patience=150.0), [])
        self.assertEqual(self.after(term, 50, patience=150.0), [20])

    def test_such_a_shell_is_told_when_what_it_ran_is_over(self):
        term, self.trainings, self.starters = Term(7, None), [20], {20}
        self.kinds = {20: "shell"}
        self.after(term, 0, patience=150.0)
        self.starters = set()
        self.assertEqual(self.after(term, 1, patience=150.0), [20])

    def test_one_that_a_loop_has_begun_anew_saves_nothing_and_the_loop_ends(self):
        self.words, self.kinds = {20: "train", 30: "train", 31: "eval"}, {7: "shell"}
        self.table, self.ticks = {30: (7, False), 7: (1, False)}, {30: 2}
        term, self.trainings = Term(7, None), [20]
        self.after(term, 0)
        self.dead, self.trainings = {20}, [30, 31]
        self.assertEqual((self.after(term, 1), self.killed), ([20, 7, 31], [30]))

    def test_one_like_it_that_was_there_before_is_another_rank_and_saves(self):
        self.words = {20: "train", 30: "train"}
        term, self.trainings = Term(7, None), [20]
        self.after(term, 0)
        self.dead, self.trainings = {20}, [30]
        self.assertEqual((self.after(term, 1), self.killed), ([20, 30], []))

    def test_a_launcher_that_nobody_knew_is_told_when_its_ranks_have_ended_and_waited_for(self):
        term, self.trainings, self.behaved = Term(7, None), [20], {9: "waits"}
        self.after(term, 0)
        self.trainings, self.dead = [], {20}
        self.after(term, 1)
        self.assertEqual(self.after(term, LAUNCHERS_END), [20, 9])
        self.assertEqual(self.after(term, 100), [20, 9])
        self.dead = {20, 9}
        self.after(term, 1)
        self.assertEqual(self.after(term, LAUNCHERS_END), [20, 9, 7])

    def test_what_a_deaf_shell_runs_is_told_after_a_while_and_nothing_that_its_trap_runs(self):
        term, self.trainings, self.kinds, self.children = Term(7, None), [7], {7: "shell"}, [8]
        self.assertEqual(self.after(term, 0), [7])
        self.children = [8, 9]
        self.assertEqual(self.after(term, SHELL_IS_DEAF - 0.1), [7])
        self.assertEqual(self.after(term, 0.1), [7, 8])


class NothingSaved(TermTest):
    """When much of the time is over and nobody has saved."""

    def told_late(self):
        term, self.trainings = Term(7, None), [20]
        self.after(term, 0)
        return self.after(term, 30, unheard=True)

    def test_what_an_idle_one_has_started_is_told(self):
        self.below = [21, 22]
        self.assertEqual(self.told_late(), [20])
        self.told.clear()
        self.idle = {20}
        self.assertEqual(self.told_late(), [20, 21, 22])

    def test_so_are_its_other_ranks(self):
        self.below, self.ranks = [21, 22], {22}
        self.assertEqual(self.told_late(), [20, 22])

    def test_and_who_only_looked_like_a_launcher(self):
        self.behaved = {8: IDLE, 9: "waits"}
        self.assertEqual(self.told_late(), [20, 8])


class Leftovers(TermTest):
    def test_all_at_once_where_nothing_saves(self):
        Term(7, None).send_leftovers([8, 9])
        self.assertEqual(self.told, [8, 9])

    def test_nobody_else_while_a_training_saves_and_that_one_only_once(self):
        term, self.trainings = Term(7, None), [20]
        term.send()
        term.send_leftovers([20, 21, 22])
        self.assertEqual(self.told, [20])
        self.dead, self.trainings = {20}, []
        term.send_leftovers([21, 22])
        self.assertEqual(self.told, [20, 21, 22])
