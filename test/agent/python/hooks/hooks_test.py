"""python/trainctl_hooks.py, which scripts import."""

import importlib.util
import json
import math
import os
import sys
import types
from unittest import mock

from support import FolderTest

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../python/trainctl_hooks.py")


def fresh():
    """The module as one process has it."""
    spec = importlib.util.spec_from_file_location("trainctl_hooks", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class HooksTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.hooks = fresh()
        names = {"STOP_FILE": "stop.json", "CHECKPOINT_FILE": "checkpoint.json", "METRICS": "metrics"}
        self.environment({"TRAINCTL_" + name: self.path(file) for name, file in names.items()})

    def environment(self, values):
        patch = mock.patch.dict(os.environ, values, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def stop(self, reason="notice", deadline=1_900_000_000.5):
        self.write("stop.json", json.dumps({"reason": reason, "deadline": deadline}))

    def ask(self, number):
        self.write("checkpoint.json", json.dumps({"number": number, "at": 1.5}))

    def lines(self):
        with open(self.path("metrics"), encoding="ascii") as file:
            return [json.loads(line) for line in file]


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
        self.assertEqual(self.lines(), [{"step": 1, "loss": 0.25, "what": "x"}])

    def test_rank_0_writes(self):
        self.environment(dict(os.environ, RANK="3"))
        self.hooks.log(step=1)
        self.assertFalse(os.path.exists(self.path("metrics")))


class Tensor(list):
    def tolist(self):
        return list(self)


class Distributed(HooksTest):
    """Two ranks of which each sees what it sees; the other's word comes by all_reduce."""

    def setUp(self):
        super().setUp()
        self.others, self.devices, self.backend, self.rank = [], [], "gloo", 0

        def all_reduce(tensor, op):
            self.assertEqual(op, "max")
            tensor[:] = map(max, zip(tensor, self.others))

        distributed = types.SimpleNamespace(
            is_available=lambda: True,
            is_initialized=lambda: True,
            get_world_size=lambda: 2,
            get_rank=lambda: self.rank,
            get_backend=lambda: self.backend,
            all_reduce=all_reduce,
            ReduceOp=types.SimpleNamespace(MAX="max"),
        )
        torch = types.SimpleNamespace(
            int64="int64",
            device=lambda *device: device,
            cuda=types.SimpleNamespace(current_device=lambda: 1),
            tensor=lambda numbers, dtype, device: self.devices.append(device) or Tensor(numbers),
        )
        patch = mock.patch.dict(sys.modules, {"torch": torch, "torch.distributed": distributed})
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_one_sees_all_decide(self):
        self.others = [1]
        self.assertTrue(self.hooks.should_stop())
        # Decided for good: nobody waits for an answer to a question that the others no longer ask.
        self.others = None
        self.assertTrue(self.hooks.should_stop())

    def test_nobody_sees_anything(self):
        self.others = [0]
        self.assertEqual((self.hooks.should_stop(), self.hooks.wants_checkpoint()), (False, False))

    def test_an_ask_that_one_rank_sees_a_step_later_is_one_ask(self):
        self.others = [1]
        self.assertTrue(self.hooks.wants_checkpoint())
        self.ask(1)
        self.assertFalse(self.hooks.wants_checkpoint())

    def test_on_the_device_that_the_backend_takes(self):
        self.others = [0]
        for backend, device in (("nccl", ("cuda", 1)), ("cpu:gloo,cuda:nccl", "cpu"), ("xccl", "xpu"), ("mpi", "cpu")):
            self.backend = backend
            self.hooks.should_stop()
            self.assertEqual(self.devices[-1], device)

    def test_the_rank_that_writes_says_that_it_is_saved(self):
        self.ask(1)
        self.others = [1]
        self.hooks.wants_checkpoint()
        self.rank = 1
        self.hooks.checkpoint_saved()
        self.assertTrue(os.path.exists(self.path("checkpoint.json")))
        self.rank = 0
        self.hooks.checkpoint_saved()
        self.assertFalse(os.path.exists(self.path("checkpoint.json")))


class HuggingFace(HooksTest):
    def test_saves_and_ends_the_training(self):
        with mock.patch.dict(sys.modules, {"transformers": types.SimpleNamespace(TrainerCallback=object)}):
            callback = self.hooks.TrainerCallback()
        self.assertIs(type(callback), self.hooks.TrainerCallback)
        state = types.SimpleNamespace(global_step=3, max_steps=9, is_world_process_zero=True)

        def step():
            control = types.SimpleNamespace(should_save=False, should_training_stop=False)
            callback.on_step_end(None, state, control)
            return control.should_save, control.should_training_stop

        self.assertEqual(step(), (False, False))
        self.ask(1)
        self.assertEqual(step(), (True, False))
        callback.on_save(None, state, None)
        self.assertEqual((step(), os.path.exists(self.path("checkpoint.json"))), ((False, False), False))
        self.stop()
        self.assertEqual(step(), (True, True))
        callback.on_log(None, state, None, logs={"loss": 0.5})
        self.assertEqual(self.lines(), [{"step": 3, "steps": 9, "loss": 0.5}])


class Lightning(HooksTest):
    def setUp(self):
        super().setUp()
        with mock.patch.dict(sys.modules, {"lightning.pytorch": types.SimpleNamespace(Callback=object)}):
            self.callback = self.hooks.Callback(folder="ckpt")
        self.saved = []
        self.trainer = types.SimpleNamespace(
            global_step=10,
            log_every_n_steps=5,
            is_global_zero=True,
            should_stop=False,
            callback_metrics={"loss": 0.5},
            save_checkpoint=lambda path: self.saved.append((self.trainer.global_step, path)),
        )

    def batch(self):
        self.callback.on_train_batch_end(self.trainer, None, None, None, 0)
        return len(self.saved), self.trainer.should_stop

    def test_saves_and_ends_the_fit(self):
        self.assertEqual(self.batch(), (0, False))
        self.ask(1)
        self.assertEqual(self.batch(), (1, False))
        self.assertEqual((self.batch(), os.path.exists(self.path("checkpoint.json"))), ((1, False), False))
        self.trainer.global_step = 11
        self.stop()
        self.assertEqual(self.batch(), (2, True))
        path = os.path.join("ckpt", "trainctl.ckpt")
        self.assertEqual(self.saved, [(10, path), (11, path)])
        self.assertEqual(self.lines(), [{"step": 10, "loss": 0.5}])

    def test_saves_when_lightning_itself_has_heard_term_and_not_twice(self):
        term = type("SIGTERMException", (Exception,), {})()
        self.callback.on_exception(self.trainer, None, ValueError())
        self.assertEqual(self.saved, [])
        self.callback.on_exception(self.trainer, None, term)
        self.callback.on_exception(self.trainer, None, term)
        self.assertEqual(len(self.saved), 1)

    def test_the_newest_checkpoint_to_resume_from(self):
        self.environment({"TRAINCTL_RESUME_FROM": self.folder})
        self.assertIsNone(self.hooks.lightning_checkpoint())
        for name, at in (("a/step=9.ckpt", 100), ("trainctl.ckpt", 200), ("b.ckpt", 50), ("c.txt", 300)):
            os.utime(self.write(name), (at, at))
        self.assertEqual(self.hooks.lightning_checkpoint(), self.path("trainctl.ckpt"))
