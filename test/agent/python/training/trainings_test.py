import signal
import unittest
from unittest import mock

from trainctl_agent.training.trainings import LOADER_SIGNALS, heeding, starts_programs

MODULE = "trainctl_agent.training.trainings."
TERM = {signal.SIGTERM}
LOADER = set(LOADER_SIGNALS)
TRAIN = ["python3", "train.py"]


class Tree(unittest.TestCase):
    """Processes as (words, signals with a handler, children); their numbers are given in the order in which they
    stand."""

    def told(self, *roots, apart=(), waiting=(), told=(), number=signal.SIGTERM, look=None):
        words, handlers, children = {}, {}, {}

        def add(process):
            pid = len(words) + 1
            words[pid], handlers[pid] = process[0], process[1]
            children[pid] = [add(child) for child in process[2:]]
            return pid

        top = [add(root) for root in roots]
        doubles = {
            "process_table": lambda: None,
            "living_children": lambda table, parent: children[parent],
            "command_line": words.get,
            "heeds": lambda pid, number, blocked=True: number in handlers[pid],
            "leads_group": lambda pid: pid in apart,
            "waits_for_child": lambda pid: pid in waiting,
        }
        patches = [mock.patch(MODULE + name, double) for name, double in doubles.items()]
        for patch in patches:
            patch.start()
        try:
            return look(top[0]) if look else heeding(top, number, told)
        finally:
            for patch in patches:
                patch.stop()

    def test_the_command_itself(self):
        self.assertEqual(self.told((TRAIN, TERM)), [1])
        self.assertEqual(self.told((TRAIN, set())), [])

    def test_the_topmost_and_nothing_below_it(self):
        helper = (["./helper"], TERM)
        self.assertEqual(self.told((TRAIN, TERM, helper, (TRAIN, TERM))), [1])

    def test_each_rank_below_a_launcher(self):
        rank = (TRAIN, TERM, (TRAIN, LOADER))
        self.assertEqual(self.told((["python3", "/x/bin/torchrun"], TERM, rank, rank), apart=(2, 4)), [2, 4])

    def test_below_launchers_of_launchers(self):
        tree = (["make", "train"], TERM, (["sh", "-c", "x"], set(), (["uv", "run"], TERM, (TRAIN, TERM))))
        self.assertEqual(self.told(tree), [4])

    def test_no_launcher_without_a_training_that_heeds(self):
        self.assertEqual(self.told((["mpirun", "x"], TERM, (TRAIN, set()))), [])
        self.assertEqual(self.told((["mpirun", "x"], TERM)), [])

    def test_a_shell_with_a_trap_where_nothing_below_has_a_handler(self):
        self.assertEqual(self.told((["bash", "train.sh"], TERM, (["sleep", "1"], set()))), [1])
        self.assertEqual(self.told((["bash", "train.sh"], TERM, (TRAIN, TERM))), [2])
        self.assertEqual(self.told((["bash", "train.sh"], set(), (["sleep", "1"], set()))), [])

    def test_through_a_program_without_a_handler(self):
        self.assertEqual(self.told((["python3", "launch.py"], set(), (TRAIN, TERM))), [2])

    def test_beside_what_has_no_handler(self):
        pipe = (["bash", "-c", "train | tee log"], set(), (TRAIN, TERM), (["tee", "log"], set()))
        self.assertEqual(self.told(pipe), [2])

    def test_no_data_loader_even_of_a_training_without_a_handler(self):
        self.assertEqual(self.told((TRAIN, set(), (TRAIN, LOADER))), [])
        spawned = ["python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()"]
        self.assertEqual(self.told((TRAIN, set(), (spawned, LOADER))), [])

    def test_ranks_that_multiprocessing_has_started(self):
        spawned = ["python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()"]
        self.assertEqual(self.told((TRAIN, set(), (spawned, TERM), (TRAIN, TERM))), [2, 3])

    def test_no_service_of_a_training(self):
        self.assertEqual(self.told((TRAIN, set(), (["wandb-core"], TERM))), [])

    def test_below_an_unknown_launcher_that_has_set_its_workers_apart_or_waits(self):
        tree = (["python3", "launch.py"], TERM, (TRAIN, TERM, (TRAIN, LOADER)))
        self.assertEqual(self.told(tree, apart=(2,)), [2])
        self.assertEqual(self.told(tree, waiting=(1,)), [2])
        self.assertEqual(self.told(tree), [1])

    def test_a_launcher_is_one_still_when_its_workers_are_gone(self):
        launchers = set()

        def look(top):
            return heeding([top], signal.SIGTERM, (), launchers)

        launch = (["python3", "launch.py"], TERM)
        self.assertEqual(self.told((*launch, (TRAIN, TERM)), apart=(2,), look=look), [2])
        self.assertEqual(self.told(launch, look=look), [])
        launchers.clear()
        self.assertEqual(self.told(launch, look=look), [1])

    def test_who_would_pass_a_signal_on(self):
        def starts(tree, **how):
            return self.told(tree, look=starts_programs, **how)

        launch, train = ["python3", "launch.py"], (TRAIN, set())
        self.assertTrue(starts((["bash", "train.sh"], TERM, train)))
        self.assertFalse(starts((["bash", "train.sh"], TERM, (["sleep", "1"], set()))))
        self.assertTrue(starts((launch, TERM, train), apart=(2,)))
        self.assertFalse(starts((launch, TERM, train)))

    def test_a_training_with_programs_of_its_own_is_no_launcher(self):
        self.assertEqual(self.told((TRAIN, TERM, (["./render"], TERM)), apart=(2,), waiting=(1,)), [1])
        self.assertEqual(self.told((TRAIN, TERM, (TRAIN, TERM)), apart=(2,), waiting=(1,)), [1])

    def test_one_that_was_told_stays_the_training_without_its_handler(self):
        self.assertEqual(self.told((TRAIN, set(), (["./helper"], TERM)), told={1}), [1])

    def test_what_is_above_one_that_was_told_is_not_the_training_either(self):
        for above in (["bash", "train.sh"], ["python3", "launch.py"]):
            self.assertEqual(self.told((above, TERM, (TRAIN, TERM)), apart=(2,), told={2}), [2])

    def test_another_signal(self):
        tree = (["mpirun", "x"], {signal.SIGUSR1}, (TRAIN, {signal.SIGUSR1}))
        self.assertEqual(self.told(tree, number=signal.SIGUSR1), [2])
