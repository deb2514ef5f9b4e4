import math
import os
import sys
import types
from unittest import mock

from .helper import HooksTest


class OutsideTrainctl(HooksTest):
    def test_nothing_is_asked_and_nothing_written(self):
        self.environment({})
        self.stop()
        self.ask(1)
        before = sorted(os.listdir(self.folder))
        self.assertEqual(
            (self.hooks.should_stop(), self.hooks.wants_checkpoint(), self.hooks.stop_reason()), (False, False, None)
        )
        self.assertIsNone(self.hooks.stop_deadline())
        self.assertIsNone(self.hooks.lightning_checkpoint())
        self.hooks.checkpoint_saved()
        self.hooks.log(step=1, loss=0.5)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_importing_needs_no_framework(self):
        self.assertFalse({"torch", "transformers", "lightning"} & set(vars(self.hooks)))
        with self.assertRaises(AttributeError):
            self.hooks.nothing()
        for name, module in (("TrainerCallback", "transformers"), ("Callback", "lightning.pytorch")):
            with mock.patch.dict(sys.modules, {module: None, "pytorch_lightning": None}):
                with self.assertRaises(ImportError):
                    getattr(self.hooks, name)


class Stop(HooksTest):
    def test_once_the_file_is_there(self):
        self.assertFalse(self.hooks.should_stop())
        self.assertEqual(sorted(os.listdir(self.folder)), ["stop.json.polled"])
        self.stop()
        self.assertTrue(self.hooks.should_stop())
        self.assertEqual((self.hooks.stop_reason(), self.hooks.stop_deadline()), ("notice", 1_900_000_000.5))
        self.assertTrue(os.path.exists(self.path("stop.json.heard")))
        os.unlink(self.path("stop.json"))
        self.assertTrue(self.hooks.should_stop())

    def test_without_a_known_time(self):
        self.stop("rebalance", None)
        self.assertEqual((self.hooks.stop_reason(), self.hooks.stop_deadline()), ("rebalance", None))


class Checkpoint(HooksTest):
    def test_once_for_each_ask_and_the_file_goes_when_it_is_saved(self):
        self.assertFalse(self.hooks.wants_checkpoint())
        self.ask(1)
        self.assertEqual([self.hooks.wants_checkpoint() for _ in range(3)], [True, False, False])
        self.hooks.checkpoint_saved()
        self.assertFalse(os.path.exists(self.path("checkpoint.json")))
        self.ask(2)
        self.assertTrue(self.hooks.wants_checkpoint())

    def test_one_that_was_asked_for_meanwhile_is_not_taken_for_saved(self):
        self.ask(1)
        self.hooks.wants_checkpoint()
        self.ask(2)
        self.hooks.checkpoint_saved()
        self.assertTrue(self.hooks.wants_checkpoint())
        self.hooks.checkpoint_saved()
        self.hooks.checkpoint_saved()
        self.assertFalse(os.path.exists(self.path("checkpoint.json")))


class Log(HooksTest):
    def test_a_line_for_each_call(self):
        self.hooks.log(step=1, steps=9, loss=0.5, eval={"loss": 2})
        self.hooks.log(loss=float("nan"), grad=-math.inf)
        first, second = self.lines()
        self.assertEqual(first, {"step": 1, "steps": 9, "loss": 0.5, "eval": {"loss": 2}})
        self.assertTrue(math.isnan(second["loss"]) and second["grad"] == -math.inf)

    def test_tensors_and_what_has_no_number(self):
        self.hooks.log(step=1, loss=types.SimpleNamespace(item=lambda: 0.25), what=ValueError("x"))
        many = mock.Mock(item=mock.Mock(side_effect=RuntimeError("a Tensor with 2 elements cannot be converted")))
        many.__str__ = lambda self: "tensor([1, 2])"
        self.hooks.log(many=many)
        self.assertEqual(self.lines(), [{"step": 1, "loss": 0.25, "what": "x"}, {"many": "tensor([1, 2])"}])

    def test_rank_0_writes(self):
        for rank in (
            {"RANK": "3"},
            {"OMPI_COMM_WORLD_RANK": "1"},
            {"LOCAL_RANK": "1"},
            {"RANK": "8", "LOCAL_RANK": "0"},
        ):
            with mock.patch.dict(os.environ, rank):
                self.hooks.log(step=1)
        self.assertFalse(os.path.exists(self.path("metrics")))
        with mock.patch.dict(os.environ, {"RANK": "0", "LOCAL_RANK": "0"}):
            self.hooks.log(step=1)
        self.assertEqual(self.lines(), [{"step": 1}])
