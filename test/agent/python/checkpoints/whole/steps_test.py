import unittest

from trainctl_agent.checkpoints.whole.steps import named_step, step_at, step_of


def seen(**times):
    """A look with files of these times, in seconds; `__` stands for a slash, `_D_` for a dash, `_DOT_` for a dot."""
    marks = (("__", "/"), ("_D_", "-"), ("_DOT_", "."))
    found = {}
    for name, at in times.items():
        for mark, text in marks:
            name = name.replace(mark, text)
        found[name] = ("file", 0o644, 1, int(at * 1e9), 1)
    return found


HISTORY = [(10.0, 100), (20.0, 200), (30.0, 300)]


class NamedStep(unittest.TestCase):
    def test_names_that_say_a_step(self):
        for path, step in {
            "checkpoint-600/model.safetensors": 600,
            "checkpoint-0/x": 0,
            "epoch=2-step=600.ckpt": 600,
            "epoch=2-step=600-v1.ckpt": 600,
            "model--val_loss=0.25-epoch=1-step=600-consumed_samples=9600.0.ckpt": 600,
            "step=600/rank=3.pt": 600,
            "global_step600/mp_rank_00_model_states.pt": 600,
            "global_step_600/actor/x.pt": 600,
            "runs/a/step_600.pt": 600,
            "step-600": 600,
            "steps_600.pt": 600,
            "rl_model_600_steps.zip": 600,
            "iter_0000600/mp_rank_00/model.pt": 600,
            "iter_600.pth": 600,
            "model.ckpt-600.index": 600,
            "checkpoint_2_600.pt": 600,
            "ep0-ba600-rank0.pt": 600,
            "checkpoint-600/shard-1-of-4.bin": 600,
            "model_7b_seed42_step000600.pt": 600,
            "max_steps_1000/step_600.pt": 600,
            "train_step_600.pt": 600,
            "save_step_600.pt": 600,
            "total_step_600.pt": 600,
            "log_step600.pt": 600,
            "num-step-600.pt": 600,
        }.items():
            self.assertEqual(named_step(path), step, path)

    def test_names_that_say_none(self):
        for path in (
            "epoch=2.ckpt",
            "epoch_2.pth",
            "checkpoint-best/model.bin",
            "checkpoint_000003/x",
            "checkpoint2.pt",
            "ckpt-3.index",
            "last.ckpt",
            "model_600.pt",
            "600/model.pt",
            "best-loss=0.12.pt",
            "lr_step=0.5.pt",
            "footstep600.pt",
            "model-00001-of-00002.safetensors",
            "checkpoint-2024-01-02/x",
            "model_step_10k.pt",
            "step_1e3.pt",
            "step-2M",
            "max_steps_1000/model.pt",
            "lr3_warmup_steps=500_bs8/model.pt",
            "gradient_accumulation_steps_4/model.pt",
            "lr_steps_30_60_90/model.pt",
            "save_steps_500/model.pt",
            "total-steps=1000/model.pt",
            "max_step_1000/model.pt",
        ):
            self.assertIsNone(named_step(path), path)


class StepAt(unittest.TestCase):
    def test_the_line_that_was_current(self):
        self.assertEqual([step_at(HISTORY, at) for at in (9.9, 10, 25, 99)], [None, 100, 200, 300])
        self.assertIsNone(step_at([], 5))


class StepOf(unittest.TestCase):
    def test_a_name_wins_over_the_metrics(self):
        self.assertEqual(step_of(seen(checkpoint_D_600__m=25, checkpoint_D_450__m=15), HISTORY), (600, "name"))
        self.assertEqual(step_of(seen(checkpoint_D_600__m=25), []), (600, "name"))

    def test_but_not_one_that_may_be_of_an_epoch_where_the_metrics_are_further(self):
        self.assertEqual(step_of(seen(checkpoint_D_3_DOT_pth=25), HISTORY), (200, "metrics"))
        self.assertEqual(step_of(seen(checkpoint_D_210_DOT_pt=25), HISTORY), (210, "name"))
        self.assertEqual(step_of(seen(checkpoint_D_3_DOT_pth=25), []), (3, "name"))
        # By little they are further where a line counts from 1, or where a thread saves.
        self.assertEqual(step_of(seen(checkpoint_D_600_DOT_pt=25), [(20.0, 601), (24.0, 640)]), (600, "name"))

    def test_else_the_metrics_when_the_newest_file_was_written(self):
        self.assertEqual(step_of(seen(a=12, b=25, c=11), HISTORY), (200, "metrics"))

    def test_what_was_saved_along_with_it_may_say_it(self):
        self.assertEqual(step_of(seen(global_step600__m=24.5, latest=25), HISTORY), (600, "name"))
        self.assertEqual(step_of(seen(checkpoint_D_150__m=12, state=25), HISTORY), (200, "metrics"))

    def test_logs_are_not_asked(self):
        self.assertEqual(step_of(seen(model=12, train_DOT_log=35), HISTORY), (100, "metrics"))
        only_grows = "train".__eq__
        self.assertEqual(step_of(seen(model=12, train=35), HISTORY, grows=only_grows), (100, "metrics"))

    def test_a_name_says_it_where_times_do_not(self):
        self.assertEqual(step_of(seen(a=25), HISTORY, dated=False), (None, None))
        self.assertEqual(step_of(seen(step_600=25), HISTORY, dated=False), (600, "name"))

    def test_nothing_says_one(self):
        self.assertEqual(step_of(seen(model=5), HISTORY), (None, None))
        self.assertEqual(step_of(seen(model=5), []), (None, None))
        self.assertEqual(step_of({}, HISTORY), (None, None))
