"""Learns to read hand-written digits; may be ended at any step and go on elsewhere, to the very same result.

What trainctl gives (all optional, so that `python train.py` works by itself): TRAINCTL_CHECKPOINT_DIR,
TRAINCTL_RESUME_FROM, TRAINCTL_METRICS, TRAINCTL_OUTPUTS. What the tests give: DIGITS_STEPS, DIGITS_SAVE_STEPS,
DIGITS_SAVE_SECONDS.
"""

import os

# One thread: sums in a fixed order, so that a run can be repeated to the last digit. Before numpy is loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import argparse
import hashlib
import json
import signal
import sys
import time

import numpy as np

import checkpoint
from network import Network
from picture import confusion

HERE = os.path.dirname(os.path.abspath(__file__))
DATA_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"
TEST_DIGITS = 360
BATCH = 256
# Each image of a batch is shown that often, shifted differently.
VIEWS = 5

CHECKPOINTS = os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
# Under trainctl this says whether to go on; by hand, whatever lies there is taken up.
RESUME_FROM = os.environ.get("TRAINCTL_RESUME_FROM", CHECKPOINTS)
METRICS = os.environ.get("TRAINCTL_METRICS")
OUTPUTS = os.environ.get("TRAINCTL_OUTPUTS") or "outputs"
STEPS = int(os.environ.get("DIGITS_STEPS") or 1000)
SAVE_STEPS = int(os.environ.get("DIGITS_SAVE_STEPS") or 25)
SAVE_SECONDS = float(os.environ.get("DIGITS_SAVE_SECONDS") or 2)


def say(text):
    print(text, flush=True)


def read_digits(seed):
    path = os.path.join(HERE, "data", "digits.csv")
    with open(path, "rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != DATA_SHA256:
        sys.exit("%s is damaged: its sha256 is not %s" % (path, DATA_SHA256))
    rows = np.array([line.split(b",") for line in content.split()]).astype(np.int64)
    rows = rows[np.random.default_rng(seed).permutation(len(rows))]
    images, labels = (rows[:, :64] / 16.0).astype(np.float32), rows[:, 64]
    return images[TEST_DIGITS:], labels[TEST_DIGITS:], images[:TEST_DIGITS], labels[:TEST_DIGITS]


def shifted(images, rng):
    """Each image moved by at most one pixel, so that the network never sees quite the same digit twice."""
    padded = np.pad(images.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    moves = rng.integers(0, 3, (len(images), 2))
    rows = moves[:, 0, None] + np.arange(8)
    columns = moves[:, 1, None] + np.arange(8)
    return padded[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]].reshape(-1, 64)


def batch(step, order, rng, images, labels):
    """The images of a step; a new order when all have been seen."""
    per_epoch = len(images) // BATCH
    if (step - 1) % per_epoch == 0:
        order = rng.permutation(len(images))
    start = (step - 1) % per_epoch * BATCH
    chosen = np.repeat(order[start : start + BATCH], VIEWS)
    return order, shifted(images[chosen], rng), labels[chosen]


def measure(**values):
    if METRICS:
        with open(METRICS, "a") as file:
            file.write(json.dumps(values) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=5e-4)
    options = parser.parse_args()

    asked = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))

    images, labels, test_images, test_labels = read_digits(options.seed)
    rng = np.random.default_rng(options.seed)
    network = Network((64, 384, 384, 10), rng)
    step, order = 0, np.arange(len(images))
    saved = checkpoint.load(RESUME_FROM, network, rng) if RESUME_FROM else None
    if saved:
        step, order = saved
    say("numpy %s, %d digits to learn, %d to test" % (np.__version__, len(images), len(test_images)))
    say("going on from step %d" % step if saved else "starting at step 0 of %d" % STEPS)

    accuracy = float((network.guess(test_images) == test_labels).mean())
    saved_step, saved_at = step, time.monotonic()
    while step < STEPS:
        step += 1
        order, batch_images, batch_labels = batch(step, order, rng, images, labels)
        loss, gradients = network.gradients(batch_images, batch_labels)
        network.learn(gradients, step, options.rate)

        if step % 10 == 0 or step == STEPS:
            accuracy = float((network.guess(test_images) == test_labels).mean())
            measure(step=step, steps=STEPS, loss=round(loss, 6), accuracy=round(accuracy, 6))
        if step % 50 == 0 or step == STEPS:
            say("step %4d/%d  loss %.4f  accuracy %.4f" % (step, STEPS, loss, accuracy))

        due = step % SAVE_STEPS == 0 and time.monotonic() - saved_at >= SAVE_SECONDS
        if due or asked or step == STEPS:
            checkpoint.save(CHECKPOINTS, step, network, rng, order)
            saved_step, saved_at = step, time.monotonic()
        if asked and step < STEPS:
            say("told to end: step %d is saved" % saved_step)
            # Not 0: the training is not done.
            sys.exit(128 + asked[0])

    guesses = network.guess(test_images)
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (test_labels, guesses), 1)
    os.makedirs(OUTPUTS, exist_ok=True)
    names = {"w%d" % i: weight for i, weight in enumerate(network.weights)}
    np.savez(os.path.join(OUTPUTS, "model.npz"), **names)
    with open(os.path.join(OUTPUTS, "confusion.png"), "wb") as file:
        file.write(confusion(matrix))
    right = int(np.trace(matrix))
    digest = hashlib.sha256(b"".join(weight.tobytes() for weight in network.weights)).hexdigest()
    say("done: accuracy %r (%d of %d), weights %s" % (right / len(test_labels), right, len(test_labels), digest[:16]))


if __name__ == "__main__":
    main()
