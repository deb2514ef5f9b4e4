"""Tells two spirals apart with Lightning; may be ended at any step and go on elsewhere, to the same loss.

What Lightning needs to survive an interruption is two lines, marked below. Works without trainctl as well."""

import argparse
import math
import os

import lightning
import torch
import trainctl_hooks
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import nn
from torch.utils.data import DataLoader

CHECKPOINTS = os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
OUTPUTS = os.environ.get("TRAINCTL_OUTPUTS") or "outputs"


class Spirals(lightning.LightningModule):
    def __init__(self, seed, batch):
        super().__init__()
        self.seed, self.batch = seed, batch
        self.net = nn.Sequential(nn.Linear(2, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 2))

    def points(self, step):
        """Points on two arms that wind around each other. They depend on the step alone: a run that goes on in the
        middle of an epoch sees what an undisturbed one does."""
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        labels = torch.randint(0, 2, (self.batch,), generator=generator)
        turn = torch.rand(self.batch, generator=generator).sqrt() * 3 * math.pi
        angle = turn + labels * math.pi
        points = torch.stack((turn * angle.cos(), turn * angle.sin()), dim=1) / 10
        return points.to(self.device), labels.to(self.device)

    def training_step(self, batch, batch_idx):
        points, labels = self.points(self.global_step)
        loss = nn.functional.cross_entropy(self.net(points), labels)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=3e-3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    lightning.seed_everything(options.seed)
    model = Spirals(options.seed, options.batch)
    trainer = lightning.Trainer(
        max_steps=options.steps,
        max_epochs=-1,
        log_every_n_steps=10,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[
            ModelCheckpoint(dirpath=CHECKPOINTS, filename="{step}", every_n_train_steps=200, save_top_k=1),
            trainctl_hooks.Callback(),  # 1. saves and ends at a coming end; its numbers are the run's
        ],
    )
    last = trainctl_hooks.lightning_checkpoint()
    print("from %s" % (os.path.basename(last) if last else "the beginning"), flush=True)
    # The batches are numbers only; what is learnt comes from the step.
    trainer.fit(model, DataLoader(range(options.steps)), ckpt_path=last)  # 2. the newest checkpoint, when there is one

    if trainer.global_step < options.steps:
        print("told to end (%s): step %d is saved" % (trainctl_hooks.stop_reason(), trainer.global_step), flush=True)
        # Not 0: the training is not done.
        raise SystemExit(143)
    os.makedirs(OUTPUTS, exist_ok=True)
    torch.save(model.state_dict(), os.path.join(OUTPUTS, "model.pt"))
    print("done: loss %r" % trainer.callback_metrics["loss"].item(), flush=True)


if __name__ == "__main__":
    main()
