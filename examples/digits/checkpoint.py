"""One file with everything the next step depends on. It is whole or it is not there: written aside, then renamed."""

import json
import os

import numpy as np

NAME = "digits.npz"


def save(folder, step, network, rng, order):
    os.makedirs(folder, exist_ok=True)
    arrays = {"order": order, "state": np.array(json.dumps({"step": step, "rng": rng.bit_generator.state}))}
    for kind in ("weights", "moments", "squares"):
        for i, array in enumerate(getattr(network, kind)):
            arrays["%s%d" % (kind, i)] = array
    aside = os.path.join(folder, "." + NAME + ".part")
    with open(aside, "wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, os.path.join(folder, NAME))


def load(folder, network, rng):
    """Puts network and random numbers where they were. Returns step and order, or None when nothing was saved."""
    path = os.path.join(folder, NAME)
    if not os.path.exists(path):
        return None
    with np.load(path) as saved:
        state = json.loads(str(saved["state"]))
        for kind in ("weights", "moments", "squares"):
            for i, array in enumerate(getattr(network, kind)):
                array[...] = saved["%s%d" % (kind, i)]
        rng.bit_generator.state = state["rng"]
        return state["step"], saved["order"]
