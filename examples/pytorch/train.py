"""Tells two spirals apart with PyTorch, on one GPU where there is one. Shows what a resumable training loop needs.

Distributed training is not used: one process, one device.
"""

import argparse
import json
import math
import os
import signal
import sys

import torch
from torch import nn

CHECKPOINTS = os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
RESUME_FROM = os.environ.get("TRAINCTL_RESUME_FROM", CHECKPOINTS)
METRICS = os.environ.get("TRAINCTL_METRICS")
OUTPUTS = os.environ.get("TRAINCTL_OUTPUTS") or "outputs"
NAME = "spirals.pt"


def spirals(count, generator):
    """Points on two arms that wind around each other, a little scattered; the arm is the label."""
    labels = torch.randint(0, 2, (count,), generator=generator)
    turn = torch.rand(count, generator=generator).sqrt() * 3 * math.pi
    angle = turn + labels * math.pi
    points = torch.stack((turn * angle.cos(), turn * angle.sin()), dim=1) / 10
    return points + 0.02 * torch.randn(count, 2, generator=generator), labels


def save(step, model, optimizer, generator):
    """Written aside, flushed and renamed: whole, or not there."""
    os.makedirs(CHECKPOINTS, exist_ok=True)
    aside = os.path.join(CHECKPOINTS, "." + NAME + ".part")
    with open(aside, "wb") as file:
        state = {
            "step": step,
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "generator": generator.get_state(),
        }
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, os.path.join(CHECKPOINTS, NAME))


def load(model, optimizer, generator, device):
    path = os.path.join(RESUME_FROM, NAME) if RESUME_FROM else None
    if not path or not os.path.exists(path):
        return 0
    # Tensors and numbers only: a checkpoint cannot run code.
    state = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    generator.set_state(state["generator"].cpu())
    return state["step"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    asked = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(options.seed)
    # The data's random numbers are made on the CPU, so that they are the same on every device.
    generator = torch.Generator().manual_seed(options.seed)
    test_points, test_labels = spirals(2000, torch.Generator().manual_seed(options.seed + 1))
    test_points, test_labels = test_points.to(device), test_labels.to(device)

    model = nn.Sequential(nn.Linear(2, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 2)).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    step = load(model, optimizer, generator, device)
    print("torch %s on %s, from step %d of %d" % (torch.__version__, device, step, options.steps), flush=True)

    while step < options.steps:
        step += 1
        points, labels = spirals(options.batch, generator)
        loss = nn.functional.cross_entropy(model(points.to(device)), labels.to(device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step % 20 == 0 or step == options.steps:
            with torch.no_grad():
                accuracy = (model(test_points).argmax(dim=1) == test_labels).float().mean().item()
            if METRICS:
                with open(METRICS, "a") as file:
                    file.write(json.dumps({"step": step, "loss": loss.item(), "accuracy": accuracy}) + "\n")
            if step % 100 == 0:
                print("step %5d  loss %.4f  accuracy %.4f" % (step, loss.item(), accuracy), flush=True)
        if step % 500 == 0 or asked or step == options.steps:
            save(step, model, optimizer, generator)
        if asked and step < options.steps:
            print("told to end: step %d is saved" % step, flush=True)
            sys.exit(128 + asked[0])

    os.makedirs(OUTPUTS, exist_ok=True)
    torch.save(model.state_dict(), os.path.join(OUTPUTS, "model.pt"))
    print("done", flush=True)


if __name__ == "__main__":
    main()
