import unittest

from trainctl_agent.training.ranks.places import first_among, places

TRAIN = ["python3", "train.py"]


class Places(unittest.TestCase):
    def test_of_the_environment(self):
        environment = {
            "RANK": "1",
            "LOCAL_RANK": "0",
            "CUDA_VISIBLE_DEVICES": "2,3",
            "HOME": "/root",
            "WORLD_SIZE": "2",
        }
        self.assertEqual(places(environment, TRAIN), {"RANK": "1", "LOCAL_RANK": "0", "CUDA_VISIBLE_DEVICES": "2,3"})

    def test_of_a_worker_of_tensorflow(self):
        config = '{"cluster": {"worker": ["a:1", "a:2"]}, "task": {"type": "worker", "index": 1}}'
        self.assertEqual(places({"TF_CONFIG": config}, TRAIN), {"TF_CONFIG": "1"})
        self.assertEqual(places({"TF_CONFIG": "{}"}, TRAIN), {})

    def test_of_the_command_line(self):
        for words, found in (
            (["--local_rank=3"], {"local_rank": "3"}),
            (["--local-rank", "3"], {"local_rank": "3"}),
            (["--rank", "0", "--gpu=1"], {"rank": "0", "gpu": "1"}),
            (["--device-id", "4"], {"device_id": "4"}),
            (["-process_id=0"], {"process_id": "0"}),
        ):
            self.assertEqual(places({}, TRAIN + words), found)

    def test_nothing_else(self):
        environment = {"RANK": "none", "CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": "-1"}
        self.assertEqual(places(environment, TRAIN + ["--device", "cpu", "--lora-rank", "8", "--rank"]), {})
        self.assertEqual(places({"CUDA_VISIBLE_DEVICES": "GPU-8f2c"}, []), {})


class FirstAmong(unittest.TestCase):
    def test_the_parent_has_started_all_ranks(self):
        self.assertTrue(first_among({}, [{"RANK": "1"}, {"RANK": "0"}]))
        self.assertTrue(first_among({"SLURM_PROCID": "1"}, [{"RANK": "8", "LOCAL_RANK": "0", "SLURM_PROCID": "1"}]))

    def test_the_parent_has_given_away_the_first_accelerator(self):
        for parent, child in (
            ({"CUDA_VISIBLE_DEVICES": "0,1"}, {"CUDA_VISIBLE_DEVICES": "0"}),
            ({}, {"HIP_VISIBLE_DEVICES": "0,1"}),
            ({}, {"gpu": "0"}),
            ({}, {"device_id": "0"}),
        ):
            self.assertTrue(first_among(parent, [child], devices=True))
            self.assertFalse(first_among(parent, [child]))
        self.assertFalse(first_among({}, [{"RANK": "0"}], devices=True))

    def test_the_parent_is_the_first_one_or_nobody_has_a_rank(self):
        self.assertFalse(first_among({}, [{"LOCAL_RANK": "1"}, {"LOCAL_RANK": "2"}]))
        self.assertFalse(first_among({}, [{"CUDA_VISIBLE_DEVICES": "1"}], devices=True))
        self.assertFalse(first_among({}, [{}, {}]))
        self.assertFalse(first_among({}, []))

    def test_a_rank_that_took_its_place_after_its_start_has_helpers_that_show_it(self):
        self.assertFalse(first_among({}, [{"RANK": "0", "WORLD_SIZE": "2"}, {"RANK": "0"}]))
        self.assertTrue(first_among({}, [{"RANK": "0", "LOCAL_RANK": "0"}, {"RANK": "0", "LOCAL_RANK": "1"}]))
        self.assertTrue(first_among({}, [{"RANK": "0"}, {}]))
        self.assertFalse(first_among({}, [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "0"}], devices=True))

    def test_what_the_parent_was_given_as_well(self):
        self.assertFalse(first_among({"RANK": "0"}, [{"RANK": "0"}, {"RANK": "0"}]))
        self.assertFalse(first_among({"RANK": "1"}, [{"RANK": "0"}]))
        self.assertFalse(first_among({"CUDA_VISIBLE_DEVICES": "0"}, [{"CUDA_VISIBLE_DEVICES": "0"}], devices=True))
