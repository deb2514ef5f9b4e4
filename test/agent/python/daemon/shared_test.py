import queue
import types
from unittest import mock

from support import FolderTest

from trainctl_agent.daemon.shared import Shared
from trainctl_agent.files import read_json


class State(FolderTest):
    def setUp(self):
        super().setUp()
        self.shared = Shared(self.folder)

    def test_a_phase_is_told_and_saved(self):
        self.shared.client = types.SimpleNamespace(queue=queue.Queue())
        self.shared.set_phase("training")
        self.assertEqual(self.shared.client.queue.get_nowait(), {"t": "phase", "phase": "training"})
        self.assertEqual(read_json(self.path("state.json")), self.shared.snapshot())
        self.shared.set_phase("stopping", save=False)
        self.assertEqual(read_json(self.path("state.json"))["phase"], "training")

    def test_problems_are_few_and_short(self):
        with mock.patch("trainctl_agent.daemon.shared.note"):
            for number in range(30):
                self.shared.problem("%d %s" % (number, "x" * 500))
        self.assertEqual(len(self.shared.problems), 21)
        self.assertEqual(len(self.shared.problems[0]), 300)
        self.assertEqual(self.shared.problems[-1], "and more, see state/agent.log on the host")

    def test_what_is_left_out_is_told_at_once_and_crowds_out_no_warning(self):
        self.shared.client = types.SimpleNamespace(queue=queue.Queue())
        with mock.patch("trainctl_agent.daemon.shared.note"):
            for number in (0, 0, 1, 2, 3, 4, 5):
                self.shared.left_out("l%d" % number)
            self.shared.warn("w")
        told = [self.shared.client.queue.get_nowait()["message"] for _ in range(6)]
        self.assertEqual(told, ["l0", "l1", "l2", "l3", "l4", "w"])
        # The last word has them among its problems.
        self.assertEqual((self.shared.warnings, self.shared.snapshot()["warnings"]), (["w"], ["w", *told[:5]]))

    def test_metrics_that_are_none(self):
        none = {"logBytes": 0, "logUploaded": 0, "step": None, "firstStep": None, "metrics": None}
        self.assertEqual(self.shared.figures(), none)
        self.assertEqual((self.shared.findings(), self.shared.outlook()), ({}, {}))
        self.shared.metrics = types.SimpleNamespace(step=3, first=2, values={}, anew=False)
        self.assertEqual(self.shared.figures(), dict(none, step=3, firstStep=2))
        self.shared.metrics.anew = True
        self.assertEqual(self.shared.figures(), dict(none, step=3, firstStep=2, stepsAnew=True))

    def test_the_expected_end_is_told_while_it_trains(self):
        known = {"steps": 9, "etaAt": 0.0, "measuredSeconds": 4, "stepSeconds": 1}
        self.shared.metrics = types.SimpleNamespace(outlook=lambda now: dict(known))
        self.assertEqual(self.shared.outlook(), {"steps": 9})
        self.shared.phase = "training"
        self.assertEqual(self.shared.outlook(), dict(known, etaAt="1970-01-01T00:00:00.000Z"))
