"""What starts a training, told from the training by its command line.

A launcher heeds TERM in a way of its own: torchrun sends it to the whole process group of each worker, their data
loaders too, and KILL after 30 s; make deletes what it was making; mpirun, npm, uv pass it on. So whoever is to save
is told without them, and they end when what they have started has."""

import os
import re

LAUNCHER, SHELL, SERVICE = "launcher", "shell", "service"

SHELLS = frozenset("ash bash busybox dash fish ksh mksh sh zsh".split())
"""A handler of theirs was written by whoever wrote the script: it counts where nothing below has one."""

TRAINERS = frozenset(
    "accelerate accelerate-launch bpslaunch colossalai composer deepspeed ds fabric horovodrun ipexrun lightning msrun "
    "neuron_parallel_compile torchrun torchrun_nproc torchx hydra_pmi_proxy mpiexec mpiexec.hydra mpirun orted orterun "
    "prted prterun prun srun".split()
)
"""They start nothing but trainings, mostly of several processes."""

PROGRAMS = TRAINERS | frozenset(
    # Environments.
    "conda hatch mamba micromamba pdm pipenv pipx pixi poetry rye uv uvx "
    # What builds, and what runs tasks.
    "doit dvc gmake inv invoke just make mlflow ninja nox snakemake task tox bun npm npx pnpm yarn "
    # What stands before a command.
    "catatonit chrt dbus-run-session dumb-init env expect firejail flock ionice nice nohup numactl parallel runuser "
    "s6-supervise script setsid stdbuf su sudo systemd-run taskset tee time timeout tini tini-static unbuffer unshare "
    "watch xargs xvfb-run "
    # What watches a command.
    "ltrace ncu nsys perf py-spy rocprof strace".split()
)

TRAINER_MODULES = (
    "accelerate",
    "colossalai",
    "composer.cli",
    "deepspeed",
    "fabric",
    "horovod",
    "intel_extension_for_pytorch.cpu.launch",
    "lightning.fabric",
    "lightning_fabric",
    "oneflow.distributed.launch",
    "paddle.distributed.launch",
    "torch.distributed.elastic",
    "torch.distributed.launch",
    "torch.distributed.launcher",
    "torch.distributed.run",
    "torchx",
)
"""The same of Python, with all that is below them."""

MODULES = (
    *TRAINER_MODULES,
    "conda",
    "dvc",
    "hatch",
    "invoke",
    "mlflow",
    "nox",
    "pdm",
    "pipenv",
    "poetry",
    "tox",
    "uv",
)
"""Of Python, with all that is below them."""

SERVICES = frozenset(
    "dask-worker gcs_server gpu_stats memcached nvidia-smi raylet redis-server tensorboard wandb-core".split()
)
SERVICE_MODULES = ("gunicorn", "ray", "sglang", "tensorboard", "uvicorn", "vllm", "wandb")
"""What a training starts for itself and needs to the end. It is no training."""

INTERPRETER = re.compile(r"(python|pypy)[\d.]*t?|node(js)?|perl[\d.]*|ruby[\d.]*|tclsh[\d.]*")
PYTHON = re.compile(r"(python|pypy)[\d.]*t?")
CONSOLE_SCRIPT = re.compile(r"(.*?)(-script\.pyw?|-cli\.[cm]?js|\.[cm]?js)?")
VALUED = ("-X", "-W", "-Q", "--check-hash-based-pycs", "-r", "--require", "--import", "--loader", "-I", "-E")
"""Options of interpreters that take the next word. (Perl's -I and -E do; those of Python do not, and are told
apart.)"""
TRACKER = re.compile(r"\.(resource|semaphore)_tracker\b")
OWN_PARTS = re.compile(
    r"\b(multiprocessing|multiprocess|billiard)\.(spawn|forkserver|resource_tracker|semaphore_tracker)\b|"
    r"\bloky\.backend\.(popen_loky_posix|resource_tracker)\b"
)


def kind(words):
    """LAUNCHER, SHELL or SERVICE, by a command line; None for anything else."""
    words = spread(words)
    if not words:
        return None
    name = os.path.basename(words[0]).lstrip("-")
    if name in SHELLS:
        script = next((word for word in words[1:] if not word.startswith("-")), "")
        return LAUNCHER if os.path.basename(script) in PROGRAMS and "/" in script else SHELL
    if not INTERPRETER.fullmatch(name):
        return SERVICE if name in SERVICES or name.startswith("ray::") else LAUNCHER if name in PROGRAMS else None
    module, script = what_runs(words, bool(PYTHON.fullmatch(name)))
    if module and within(module, SERVICE_MODULES):
        return SERVICE
    if module and within(module, MODULES):
        return LAUNCHER
    return kind_of_script(script, words) if script else None


def trains_by_name(words):
    """Whether it is a launcher of trainings."""
    words = spread(words)
    if not words:
        return False
    name = os.path.basename(words[0])
    if not INTERPRETER.fullmatch(name):
        return name in TRAINERS
    module, script = what_runs(words, bool(PYTHON.fullmatch(name)))
    if module:
        return within(module, TRAINER_MODULES)
    return CONSOLE_SCRIPT.fullmatch(os.path.basename(script)).group(1) in TRAINERS


def kind_of_script(script, words):
    """`pip` and `npm` install programs that are scripts without a suffix of Python. A user's own `make.py` is none."""
    name = CONSOLE_SCRIPT.fullmatch(os.path.basename(script)).group(1)
    if name == "wandb":
        return LAUNCHER if "agent" in words else SERVICE
    if name in SERVICES or name in SERVICE_MODULES:
        return SERVICE
    return LAUNCHER if name in PROGRAMS else None


def what_runs(words, python):
    """(module, script) that an interpreter was given; a script that lies where packages are installed is a module."""
    rest = iter(words[1:])
    for word in rest:
        if python and re.fullmatch(r"-[A-Za-z]*m", word):
            return next(rest, ""), ""
        if python and re.fullmatch(r"-[A-Za-z]*c", word):
            return "", ""
        if word in VALUED:
            if not (python and word in ("-I", "-E")):
                next(rest, None)
        elif not word.startswith("-"):
            installed = re.search(r"/(?:site|dist)-packages/(.+?)(?:/__main__)?\.py$", word)
            return (installed.group(1).replace("/", "."), "") if installed else ("", word)
    return "", ""


def within(module, packages):
    return any(module == package or module.startswith(package + ".") for package in packages)


def spread(words):
    """Node, and what else names itself anew, has all of its title in one word."""
    return words[0].split() if len(words) == 1 else words


def runs_python(words):
    return bool(words) and bool(PYTHON.fullmatch(os.path.basename(words[0])))


def own_part(words):
    """Whether it is a process of Python's multiprocessing that was started anew (spawn, forkserver), or of one that is
    like it: loky is joblib's."""
    return runs_python(words) and any(OWN_PARTS.search(word) for word in words[1:4])


def tracker(words):
    """Whether it is one that multiprocessing keeps for itself."""
    return own_part(words) and any(TRACKER.search(word) for word in words[1:4])
