import signal
import unittest
from unittest import mock

from trainctl_agent.training.trainings import (
    FAULT_SIGNALS,
    LOADER_NAME,
    LOADER_SIGNALS,
    heeded,
    heeding,
    heeding_below,
    starts_programs,
)

MODULE = "trainctl_agent.training.trainings."
TERM = {signal.SIGTERM}
LOADER = set(LOADER_SIGNALS)
TRAIN = ["python3", "train.py"]
SPAWNED = ["python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)"]
TRACKER = ["python3", "-c", "from multiprocessing.resource_tracker import main;main(7)"]
FORKSERVER = ["python3", "-c", "from multiprocessing.forkserver import main; main(3, 4)"]


class Tree(unittest.TestCase):
    """Processes as (words, signals with a handler, children); their numbers are given in the order in which they
    stand."""

    def setUp(self):
        self.names, self.executables = {}, {}

    def told(self, *roots, apart=(), waiting=(), starters=(), told=(), number=signal.SIGTERM, look=None):
        words, handlers, children = {}, {}, {}
        self.asked = []

        def starter(pid, line, found, was_idle):
            self.asked.append((pid, found))
            return "gives ranks" if pid in starters else None

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
            "waits_for_child": dict(waiting).get,
            "thread_name": lambda pid: self.names.get(pid, "python3"),
            "executable": lambda pid: self.executables.get(pid, ""),
            "starter": starter,
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
        self.assertEqual(self.told((TRAIN, set(), (SPAWNED, LOADER))), [])

    def test_a_loader_by_its_name_whatever_it_handles(self):
        self.names = {2: LOADER_NAME}
        self.assertEqual(self.told((TRAIN, set(), (TRAIN, TERM))), [])

    def test_with_faulthandler_a_rank_handles_what_a_loader_does(self):
        faults = {*LOADER, *FAULT_SIGNALS}
        self.assertEqual(self.told((TRAIN, set(), (SPAWNED, faults), (SPAWNED, LOADER))), [2])

    def test_ranks_that_multiprocessing_has_started(self):
        self.assertEqual(self.told((TRAIN, set(), (SPAWNED, TERM), (TRAIN, TERM))), [2, 3])

    def test_no_service_of_a_training(self):
        self.assertEqual(self.told((TRAIN, set(), (["wandb-core"], TERM))), [])

    def test_below_an_unknown_launcher_that_has_set_its_workers_apart_or_waits(self):
        tree = (["python3", "launch.py"], TERM, (TRAIN, TERM, (TRAIN, LOADER)))
        self.assertEqual(self.told(tree, apart=(2,)), [2])
        self.assertEqual(self.told(tree, waiting=((1, -1),)), [2])
        self.assertEqual(self.told(tree), [1])

    def test_a_launcher_is_one_still_when_its_workers_are_gone(self):
        launchers = {}

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
        self.assertTrue(starts((launch, TERM, train), starters=(1,)))
        self.assertTrue(starts((launch, TERM, (SPAWNED, set())), waiting=((1, -1),)))
        self.assertFalse(starts((launch, TERM, (SPAWNED, LOADER), (["wandb-core"], set())), waiting=((1, -1),)))
        self.assertFalse(starts((launch, TERM, (TRACKER, set())), waiting=((1, -1),)))
        self.assertFalse(starts((launch, TERM, train)))

    def test_a_training_with_programs_of_its_own_is_no_launcher(self):
        self.assertEqual(self.told((TRAIN, TERM, (["./render"], TERM)), apart=(2,), waiting=((1, -1),)), [1])
        self.assertEqual(self.told((TRAIN, TERM, (TRAIN, TERM)), apart=(2,)), [1])
        # Nothing is looked at where nothing below could be the training.
        self.told((TRAIN, TERM, (TRAIN, LOADER), (["python3", "reader.py"], set())), waiting=((1, -1),))
        self.assertEqual(self.asked, [])
        self.told((TRAIN, TERM, (TRAIN, TERM), (FORKSERVER, set(), (FORKSERVER, TERM))))
        self.assertEqual(self.asked, [(1, {2: [2], 3: [4]})])

    def test_ranks_below_a_program_that_only_waits_for_them(self):
        for rank in (["python3", "rank.py"], SPAWNED, TRAIN):
            with self.subTest(rank=rank):
                tree = (TRAIN, TERM, (rank, TERM, (rank, LOADER)), (rank, TERM), (["wandb-core"], TERM))
                self.assertEqual(self.told(tree, waiting=((1, -1),)), [2, 4])
                self.assertEqual(self.told(tree, starters=(1,)), [2, 4])
                self.assertEqual(self.told(tree), [1])
        self.assertEqual(self.told((TRAIN, TERM, (FORKSERVER, set(), (FORKSERVER, TERM))), starters=(1,)), [3])

    def test_ranks_that_have_given_themselves_a_title(self):
        tree = (TRAIN, TERM, (["trainer: rank 0"], TERM), (["./render"], TERM))
        self.assertEqual(self.told(tree, starters=(1,)), [1])
        self.executables = {2: "/usr/bin/python3.11", 3: "/app/render"}
        self.assertEqual(self.told(tree, starters=(1,)), [2])
        self.assertEqual(self.told(tree), [1])

    def test_a_loader_of_one_that_has_a_title(self):
        self.assertEqual(self.told((["trainer"], set(), (["trainer"], LOADER), (["other"], LOADER))), [3])

    def test_for_which_child_it_waits(self):
        tree = (TRAIN, TERM, (SPAWNED, TERM), (["ffmpeg"], set()))
        self.assertEqual(self.told(tree, waiting=((1, 2),)), [2])
        self.assertEqual(self.told(tree, waiting=((1, 3),)), [1])
        # Where nobody says, a part of itself is not enough.
        self.assertEqual(self.told(tree, waiting=((1, 0),)), [1])
        self.assertEqual(self.told((TRAIN, TERM, (["python3", "rank.py"], TERM)), waiting=((1, 0),)), [2])

    def test_whoever_was_asked_about_once_is_a_launcher_for_good(self):
        launchers = {1: "gives ranks"}
        tree = (TRAIN, TERM, (SPAWNED, TERM))
        self.assertEqual(self.told(tree, look=lambda top: heeding([top], signal.SIGTERM, (), launchers)), [2])
        self.assertEqual(self.asked, [])

    def test_whether_anybody_heeds_it_asks_for_no_launchers(self):
        tree = (TRAIN, TERM, (SPAWNED, TERM))
        self.assertTrue(self.told(tree, look=lambda top: heeded([top], signal.SIGTERM)))
        self.assertFalse(self.told(tree, look=lambda top: heeded([top], signal.SIGUSR1)))
        self.assertEqual(self.asked, [])

    def test_who_heeds_it_below_a_training(self):
        tree = (TRAIN, TERM, (TRAIN, TERM, (TRAIN, TERM)), (TRAIN, LOADER), (["sh"], set(), (["./x"], TERM)))
        self.assertEqual(self.told(tree, look=lambda top: heeding_below(top, signal.SIGTERM)), [2, 6])

    def test_one_that_was_told_stays_the_training_without_its_handler(self):
        self.assertEqual(self.told((TRAIN, set(), (["./helper"], TERM)), told={1}), [1])

    def test_what_is_above_one_that_was_told_is_not_the_training_either(self):
        for above in (["bash", "train.sh"], ["python3", "launch.py"]):
            self.assertEqual(self.told((above, TERM, (TRAIN, TERM)), apart=(2,), told={2}), [2])

    def test_another_signal(self):
        tree = (["mpirun", "x"], {signal.SIGUSR1}, (TRAIN, {signal.SIGUSR1}))
        self.assertEqual(self.told(tree, number=signal.SIGUSR1), [2])
