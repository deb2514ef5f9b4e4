"""Which rank of a training, or which of the host's accelerators, a process was given by whoever started it."""

import re

RANKS = (
    "RANK",
    "LOCAL_RANK",
    "JAX_PROCESS_ID",
    "OMPI_COMM_WORLD_RANK",
    "PADDLE_TRAINER_ID",
    "PMI_RANK",
    "SLURM_PROCID",
)
ACCELERATORS = (
    "ASCEND_RT_VISIBLE_DEVICES",
    "CUDA_VISIBLE_DEVICES",
    "HABANA_VISIBLE_MODULES",
    "HIP_VISIBLE_DEVICES",
    "NEURON_RT_VISIBLE_CORES",
    "ROCR_VISIBLE_DEVICES",
    "TPU_VISIBLE_CHIPS",
    "TPU_VISIBLE_DEVICES",
    "ZE_AFFINITY_MASK",
)
OPTION = re.compile(r"--?((?:local[-_]?)?rank|process[-_]id|(?:gpu|device)(?:[-_](?:id|index))?)(?:=(.*))?")
TASK = re.compile(r'"index":\s*"?(\d+)')
"""In TensorFlow's TF_CONFIG."""
NUMBERS = re.compile(r"\d+([-,.:]\d+)*")


def places(environment, words):
    """{name of a variable or an option: its value} of a process."""
    found = {name: environment[name] for name in RANKS + ACCELERATORS if name in environment}
    task = TASK.search(environment.get("TF_CONFIG", ""))
    if task:
        found["TF_CONFIG"] = task.group(1)
    for word, following in zip(words, [*words[1:], ""]):
        option = OPTION.fullmatch(word)
        if option:
            found[option.group(1).replace("-", "_")] = following if option.group(2) is None else option.group(2)
    return {name: value for name, value in found.items() if NUMBERS.fullmatch(value)}


def first_among(parent, children, devices=False):
    """Whether the first rank, or with `devices` whoever has the first accelerator, is one of the children. Their parent
    then trains nothing itself; it is the first one where they are the others (Lightning and Fabric start ranks so).
    What the parent was given as well says nothing of its children, and neither does what several of them were given
    alike: a rank may have set its own place after its start, which only those that it starts show.

    @param children: the places of each"""
    given = {}
    for child in children:
        for name, value in child.items():
            given.setdefault(name, []).append(value)
    return any(
        any(first(value) and (name not in parent or (devices and parent[name] != value)) for value in values)
        for name, values in given.items()
        if devices == (name in ACCELERATORS or name.startswith(("gpu", "device")))
        and (len(values) == 1 or len(set(values)) > 1)
    )


def first(value):
    return int(re.split(r"\D", value)[0]) == 0


def ranked(own):
    """Whether a process with these places is one rank of several."""
    return "RANK" in own or "LOCAL_RANK" in own
