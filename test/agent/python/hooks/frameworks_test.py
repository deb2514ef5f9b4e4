import os
import pickle
import signal
import sys
import types
from unittest import mock

from .helper import HooksTest


class HuggingFace(HooksTest):
    def setUp(self):
        super().setUp()
        with mock.patch.dict(sys.modules, {"transformers": types.SimpleNamespace(TrainerCallback=object)}):
            self.callback = self.hooks.TrainerCallback()
        self.assertIs(type(self.callback), self.hooks.TrainerCallback)
        self.state = types.SimpleNamespace(global_step=3, max_steps=9, is_world_process_zero=True)

    def control(self, event="on_step_end", save=False, evaluate=False):
        control = types.SimpleNamespace(should_save=save, should_training_stop=False, should_evaluate=evaluate)
        self.assertIs(getattr(self.callback, event)(None, self.state, control), control)
        return control

    def step(self):
        control = self.control()
        return control.should_save, control.should_training_stop

    def test_saves_and_ends_the_training(self):
        self.assertEqual(self.step(), (False, False))
        self.ask(1)
        self.assertEqual(self.step(), (True, False))
        self.callback.on_save(None, self.state, None)
        self.assertEqual((self.step(), os.path.exists(self.path("checkpoint.json"))), ((False, False), False))
        self.stop()
        self.assertEqual(self.step(), (True, True))

    def test_asks_for_a_save_until_there_is_one(self):
        self.ask(1)
        self.assertEqual([self.step() for _ in range(2)], [(True, False)] * 2)

    def test_at_an_end_nothing_is_evaluated_before_it_is_saved_nor_saved_twice(self):
        self.assertTrue(self.control(evaluate=True).should_evaluate)
        for event in ("on_step_end", "on_epoch_end"):
            due = self.control(event, save=True, evaluate=True)
            self.assertEqual((due.should_save, due.should_evaluate), (True, True))
        self.stop()
        due = self.control(evaluate=True)
        self.assertEqual((due.should_save, due.should_evaluate), (True, False))
        due = self.control("on_epoch_end", save=True)
        self.assertTrue(due.should_save)
        self.callback.on_save(None, self.state, None)
        due = self.control("on_epoch_end", save=True, evaluate=True)
        self.assertEqual((due.should_save, due.should_evaluate), (False, False))

    def test_passes_its_numbers_on_whatever_they_are_called(self):
        self.callback.on_log(None, self.state, None, logs={"loss": 0.5, "step": 1, "eval/loss": 2})
        self.assertEqual(self.lines(), [{"loss": 0.5, "step": 3, "eval/loss": 2, "steps": 9}])


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
            limit_val_batches=1.0,
            world_size=1,
            fit_loop=types.SimpleNamespace(min_epochs=3, epoch_loop=types.SimpleNamespace(min_steps=1000)),
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

    def test_an_end_is_one_whatever_the_least_was_and_nothing_is_validated_first(self):
        self.batch()
        fit = self.trainer.fit_loop
        self.assertEqual((fit.min_epochs, fit.epoch_loop.min_steps, self.trainer.limit_val_batches), (3, 1000, 1.0))
        self.stop()
        self.batch()
        self.assertEqual((fit.min_epochs, fit.epoch_loop.min_steps, self.trainer.limit_val_batches), (None, None, 0))

    def term(self, world_size):
        """What TERM does in `fit`; Lightning has its handler by then, and the script has one too."""
        heard = []
        self.addCleanup(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        signal.signal(signal.SIGTERM, lambda *_: heard.append("script"))
        self.trainer.world_size = world_size
        self.callback.on_fit_start(self.trainer, None)
        signal.signal(signal.SIGTERM, lambda *_: heard.append("lightning"))
        self.callback.on_train_start(self.trainer, None)
        signal.raise_signal(signal.SIGTERM)
        return heard, self.batch()

    def test_in_a_distributed_run_term_is_answered_at_the_end_of_the_step(self):
        self.assertEqual(self.term(2), (["script"], (1, True)))

    def test_else_by_lightning(self):
        self.assertEqual(self.term(1), (["lightning"], (0, False)))

    def test_and_outside_trainctl(self):
        self.environment({})
        self.assertEqual(self.term(2), (["lightning"], (0, False)))

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

    def test_goes_to_the_processes_that_lightning_starts(self):
        with mock.patch.dict(sys.modules, {"trainctl_hooks": self.hooks}):
            copy = pickle.loads(pickle.dumps(self.callback))
        self.assertEqual((type(copy), copy.folder), (self.hooks.Callback, "ckpt"))
