import unittest

from trainctl_agent.training.launchers import LAUNCHER, SERVICE, SHELL, kind, own_part, tracker, trains_by_name

PYTHON = "/opt/venv/bin/python3.11"
SPAWN = "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)"
PACKAGES = "/opt/venv/lib/python3.11/site-packages/"

TRAINERS = (
    [PYTHON, "/opt/venv/bin/torchrun", "--nproc-per-node=8", "train.py"],
    [PYTHON, "-m", "torch.distributed.run", "--standalone", "train.py"],
    [PYTHON, "-u", "-m", "torch.distributed.launch", "train.py"],
    [PYTHON, "-um", "torch.distributed.run", "train.py"],
    [PYTHON, "-X", "faulthandler", "-m", "torch.distributed.run", "train.py"],
    [PYTHON, PACKAGES + "torch/distributed/run.py", "train.py"],
    [PYTHON, "/opt/venv/bin/accelerate", "launch", "train.py"],
    [PYTHON, "/opt/venv/bin/accelerate-launch", "train.py"],
    [PYTHON, "-m", "accelerate.commands.launch", "train.py"],
    [PYTHON, "/opt/venv/bin/deepspeed", "train.py"],
    [PYTHON, "-u", "-m", "deepspeed.launcher.launch", "--world_info=e30=", "train.py"],
    [PYTHON, PACKAGES + "deepspeed/launcher/launch.py", "train.py"],
    [PYTHON, "/opt/venv/bin/horovodrun", "-np", "4", "python", "train.py"],
    [PYTHON, "/opt/venv/bin/composer", "train.py"],
    [PYTHON, "/opt/venv/bin/colossalai", "run", "train.py"],
    [PYTHON, "/opt/venv/bin/fabric", "run", "train.py"],
    ["/usr/bin/mpirun", "-np", "4", "python", "train.py"],
    ["mpiexec", "-n", "4", "python", "train.py"],
    ["mpiexec.hydra", "-n", "4", "python", "train.py"],
    ["/usr/lib/mpich/bin/hydra_pmi_proxy", "--control-port", "host:1"],
    ["orterun", "python", "train.py"],
    ["prterun", "python", "train.py"],
    ["srun", "python", "train.py"],
    [PYTHON, "-m", "paddle.distributed.launch", "train.py"],
    [PYTHON, "/usr/local/bin/msrun", "train.py"],
)

LAUNCHERS = (
    ["/root/.local/bin/uv", "run", "train.py"],
    ["uvx", "train"],
    [PYTHON, "/usr/bin/poetry", "run", "python", "train.py"],
    [PYTHON, "-m", "poetry", "run", "python", "train.py"],
    [PYTHON, "/opt/conda/bin/conda", "run", "-n", "env", "python", "train.py"],
    ["micromamba", "run", "python", "train.py"],
    [PYTHON, "/usr/bin/pdm", "run", "train"],
    [PYTHON, "/usr/bin/hatch", "run", "train"],
    ["pixi", "run", "train"],
    ["make", "train"],
    ["ninja"],
    ["just", "train"],
    [PYTHON, "/usr/bin/snakemake", "-j1"],
    [PYTHON, "/opt/venv/bin/dvc", "repro"],
    [PYTHON, "/opt/venv/bin/wandb", "agent", "team/sweep"],
    ["npm run train"],
    ["node", "/usr/bin/npm", "run", "train"],
    ["node", "--no-warnings", "/usr/lib/node_modules/npm/bin/npx-cli.js", "train"],
    ["node", "/usr/bin/yarn.js", "train"],
    ["env", "A=1", "python", "train.py"],
    ["nice", "-n", "5", "python", "train.py"],
    ["/usr/bin/time", "-v", "python", "train.py"],
    ["timeout", "1h", "python", "train.py"],
    ["stdbuf", "-oL", "python", "train.py"],
    ["xargs", "python"],
    ["tini", "--", "python", "train.py"],
    ["dumb-init", "python", "train.py"],
    ["/bin/sh", "/usr/bin/xvfb-run", "-a", "python", "train.py"],
    ["/usr/bin/perl", "/usr/bin/parallel", "python", "train.py"],
    ["sudo", "-E", "python", "train.py"],
    ["nsys", "profile", "python", "train.py"],
    ["py-spy", "record", "--", "python", "train.py"],
)

SHELLS = (
    ["bash", "-eo", "pipefail", "-c", "python train.py | tee log"],
    ["/bin/sh", "-c", "python train.py"],
    ["-bash"],
    ["bash", "train.sh"],
    ["dash", "./torchrun"],
)

SERVICES = (
    ["/opt/venv/lib/python3.11/site-packages/wandb/bin/wandb-core", "--port-filename", "x"],
    [PYTHON, "-m", "wandb", "service"],
    [PYTHON, "/opt/venv/bin/tensorboard", "--logdir", "runs"],
    [PYTHON, "-m", "tensorboard.main", "--logdir", "runs"],
    ["/opt/venv/lib/python3.11/site-packages/ray/core/src/ray/raylet/raylet", "--x"],
    ["ray::IDLE"],
    [PYTHON, "-m", "vllm.entrypoints.openai.api_server"],
    ["redis-server", "*:6379"],
)

TRAININGS = (
    [],
    [PYTHON, "train.py"],
    [PYTHON, "-u", "train.py", "torchrun"],
    [PYTHON, "-m", "mypkg.train"],
    [PYTHON, "-m", "torch.distributed.runner"],
    [PYTHON, "-m", "uvtools"],
    [PYTHON, "-c", "import accelerate", "make"],
    [PYTHON, "-X", "dev", "-W", "error", "make.py"],
    [PYTHON, "accelerate.py"],
    [PYTHON, "-I", "train.py"],
    [PYTHON],
    ["node", "train.js"],
    ["./train", "make"],
    ["/home/me/torchrun.d/train"],
    ["julia", "train.jl"],
)


class Kind(unittest.TestCase):
    def test_launchers(self):
        for words in (*TRAINERS, *LAUNCHERS):
            with self.subTest(words=words):
                self.assertEqual(kind(words), LAUNCHER)

    def test_shells(self):
        for words in SHELLS:
            with self.subTest(words=words):
                expected = LAUNCHER if words[-1] == "./torchrun" else SHELL
                self.assertEqual(kind(words), expected)

    def test_services(self):
        for words in SERVICES:
            with self.subTest(words=words):
                self.assertEqual(kind(words), SERVICE)

    def test_trainings_and_whatever_else(self):
        for words in TRAININGS:
            with self.subTest(words=words):
                self.assertIsNone(kind(words))


class OwnPart(unittest.TestCase):
    def test_multiprocessing_that_starts_anew(self):
        self.assertTrue(own_part([PYTHON, "-c", SPAWN, "--multiprocessing-fork"]))
        self.assertTrue(own_part([PYTHON, "-s", "-c", "from multiprocessing.forkserver import main; main(1)"]))
        self.assertTrue(own_part([PYTHON, "-c", SPAWN.replace("multiprocessing", "multiprocess")]))
        loky = "joblib.externals.loky.backend."
        self.assertTrue(own_part([PYTHON, "-m", loky + "popen_loky_posix", "--process-name", "LokyProcess-1"]))
        self.assertFalse(own_part([PYTHON, "-m", "mypkg.multiprocessing.train"]))

    def test_what_it_keeps_for_itself(self):
        for module in ("multiprocessing", "joblib.externals.loky.backend"):
            self.assertTrue(tracker([PYTHON, "-c", "from %s.resource_tracker import main; main(5)" % module]))
        self.assertFalse(tracker([PYTHON, "-c", SPAWN]))
        self.assertFalse(tracker([PYTHON, "tracker.py"]))

    def test_a_launcher_of_trainings(self):
        for words in TRAINERS:
            with self.subTest(words=words):
                self.assertTrue(trains_by_name(words))
        for words in (*LAUNCHERS, *SHELLS, *SERVICES, *TRAININGS):
            with self.subTest(words=words):
                self.assertFalse(trains_by_name(words))

    def test_nothing_else(self):
        for words in ([PYTHON, "train.py"], ["bash", "-c", "multiprocessing.spawn"], []):
            self.assertFalse(own_part(words))
