import unittest

from trainctl_agent.checkpoints.whole.names import appended, kind_of, original, unfinished


class Names(unittest.TestCase):
    def test_what_only_grows(self):
        for path in (
            "runs/events.out.tfevents.1700000000.host.1.0",
            "train.log",
            "train.log.1",
            "a/metrics.jsonl",
            "progress.csv",
            "slurm-12.out",
            "run-abc.wandb",
            "log.txt",
            "metrics.txt",
        ):
            self.assertTrue(appended(path), path)
        for path in ("model.pt", "vocab.txt", "state.json", "events.out", "log/model.bin", "catalog.pt", "csv"):
            self.assertEqual(appended(path), path == "events.out", path)

    def test_what_is_renamed_once_it_is_whole(self):
        for path in (
            "state.json.tmp",
            "state.json.part",
            "state.json.new",
            ".tmp-150/model.bin",
            "tmp-checkpoint-600/model.bin",
            "600.orbax-checkpoint-tmp-17/x",
            "tmpab12cd3_",
            "tmpab12cd34.pt",
            "model.pt.tmp.1234",
            "model.pt~",
            "model.incomplete",
            "_tmp/x",
        ):
            self.assertTrue(unfinished(path), path)
        for path in (
            "state.json",
            "checkpoint-600/model-part-2.bin",
            "model.part1.bin",
            "attempt/model.pt",
            "temperature.json",
            "template/x",
            "newest.pt",
            "tmpl",
        ):
            self.assertFalse(unfinished(path), path)

    def test_the_save_before(self):
        for path, of in {
            "model.pt.bak": "model.pt",
            "last.old/model": "last/model",
            "model_prev.pt": "model.pt",
            "prev-model.pt": "model.pt",
            "state.previous": "state",
            "model.bak2": "model",
        }.items():
            self.assertEqual(original(path), of)
        for path in ("model.pt", "oldest.pt", "origin.json", "gold.pt", "prev/model", "backup", "checkpoint-1/model"):
            self.assertIsNone(original(path), path)

    def test_kinds(self):
        for path, kind in (
            ("last.pt", "last.pt"),
            ("epoch=2-step=600.ckpt", "epoch=#-step=#.ckpt"),
            ("global_step600/mp_rank_00_model_states.pt", "global_step#/mp_rank_00_model_states.pt"),
            ("checkpoint-450/shard-450.bin", "checkpoint-#/shard-#.bin"),
            ("checkpoint-4/shard-4.bin", "checkpoint-#/shard-4.bin"),
            ("model/layer_12.npy", "model/layer_12.npy"),
            ("checkpoint-450/model-450.bin", "checkpoint-#/model-#.bin"),
        ):
            self.assertEqual(kind_of(path), kind)
