import unittest
from unittest import mock

from trainctl_agent.training.ranks.starters import DEVICES, IDLE, NAMED, PLACES, other_rank, starter

MODULE = "trainctl_agent.training.ranks.starters."
LAUNCH = ["python3", "launch.py"]


class Starter(unittest.TestCase):
    """Of process 1, which has started 2 and 3; 4 is below 3."""

    def setUp(self):
        self.words, self.given, self.devices, self.waits, self.watched = {}, {}, set(), False, []
        self.idle = True

        def only_waits(pid, others):
            self.watched.append((pid, others))
            return self.waits

        for name, double in (
            ("command_line", lambda pid: self.words.get(pid, ["python3", "rank.py"])),
            ("environment", lambda pid: self.given.get(pid, {})),
            ("uses_accelerator", lambda pid: pid in self.devices),
            ("only_waits", only_waits),
        ):
            patch = mock.patch(MODULE + name, double)
            patch.start()
            self.addCleanup(patch.stop)

    def why(self):
        return starter(1, LAUNCH, {2: [2], 3: [4]}, lambda pid: self.idle)

    def test_more_likely_the_training(self):
        self.assertIsNone(self.why())
        self.assertEqual(self.watched, [(1, [2, 4])])

    def test_it_has_given_them_their_ranks(self):
        self.given = {2: {"RANK": "0"}, 3: {"RANK": "1"}}
        self.assertEqual(self.why(), PLACES)
        self.given = {}
        self.words = {2: ["python3", "rank.py", "--rank=0"]}
        self.assertEqual(self.why(), PLACES)
        # Nothing is watched where it is known.
        self.assertEqual(self.watched, [])

    def test_it_has_given_them_the_accelerators_and_uses_none(self):
        self.given = {2: {"CUDA_VISIBLE_DEVICES": "0"}, 3: {"CUDA_VISIBLE_DEVICES": "1"}}
        self.assertEqual(self.why(), PLACES)
        # It trains on others, and a helper has the first one.
        self.devices = {1, 2}
        self.assertIsNone(self.why())

    def test_it_is_the_first_rank_itself(self):
        self.given = {2: {"LOCAL_RANK": "1"}, 3: {"LOCAL_RANK": "2"}}
        self.assertIsNone(self.why())

    def test_a_launcher_of_trainings_is_no_helper(self):
        self.words = {3: ["/venv/bin/python", "/venv/bin/torchrun", "train.py"]}
        self.assertEqual(self.why(), NAMED)
        self.words = {3: ["sh", "-c", "python plot.py"], 2: ["timeout", "60", "python", "plot.py"]}
        self.assertIsNone(self.why())

    def test_they_have_the_accelerators(self):
        self.devices = {4}
        self.assertEqual(self.why(), DEVICES)
        self.devices = {1, 4}
        self.assertIsNone(self.why())
        self.devices = {1}
        self.assertIsNone(self.why())

    def test_it_only_waits(self):
        self.waits = True
        self.assertEqual(self.why(), IDLE)

    def test_not_one_that_has_worked_before(self):
        self.waits, self.idle = True, False
        self.assertIsNone(self.why())
        self.assertEqual(self.watched, [])

    def test_a_rank_is_not_watched(self):
        self.waits, self.given = True, {one: {"RANK": "3"} for one in (1, 2, 3)}
        self.assertIsNone(self.why())
        self.assertEqual(self.watched, [])

    def test_a_rank_beside_itself(self):
        self.given = {2: {"LOCAL_RANK": "1"}, 3: {"SLURM_PROCID": "0"}, 1: {"SLURM_PROCID": "0"}}
        self.assertEqual([other_rank(pid, 1) for pid in (2, 3)], [True, False])
