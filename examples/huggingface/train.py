"""A small language model learns to add, with Hugging Face's Trainer; may be ended at any step and go on elsewhere.

What the Trainer needs to survive an interruption is three lines, marked below. Works without trainctl as well."""

import argparse
import os
import random

import torch
import trainctl_hooks
from torch.utils.data import Dataset
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

CHECKPOINTS = os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
# Under trainctl this says whether to go on; by hand, whatever lies there is taken up.
RESUME_FROM = os.environ.get("TRAINCTL_RESUME_FROM", CHECKPOINTS)
OUTPUTS = os.environ.get("TRAINCTL_OUTPUTS") or "outputs"
LETTERS = "0123456789+=."


class Sums(Dataset):
    """Lines such as `12+34=46.`, each a token a letter. Line `i` is always the same."""

    def __init__(self, count, seed):
        self.count, self.seed = count, seed

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        rng = random.Random(self.seed * 1_000_003 + index)
        a, b = rng.randrange(100), rng.randrange(100)
        text = ("%02d+%02d=%03d." % (a, b, a + b)).ljust(12, ".")
        tokens = torch.tensor([LETTERS.index(letter) for letter in text])
        return {"input_ids": tokens, "labels": tokens}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(LETTERS),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=16,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    arguments = TrainingArguments(
        output_dir=CHECKPOINTS,  # 1. checkpoint-N folders, where trainctl looks for them
        max_steps=options.steps,
        per_device_train_batch_size=64,
        learning_rate=2e-3,
        lr_scheduler_type="constant",
        logging_steps=10,
        save_steps=50,
        save_total_limit=2,
        seed=options.seed,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Sums(20_000, options.seed),
        callbacks=[trainctl_hooks.TrainerCallback()],  # 2. saves and ends at a coming end; its numbers are the run's
    )
    last = get_last_checkpoint(RESUME_FROM) if RESUME_FROM and os.path.isdir(RESUME_FROM) else None
    print("from %s" % (os.path.basename(last) if last else "the beginning"), flush=True)
    trainer.train(resume_from_checkpoint=last)  # 3. the newest of them, when there is one

    step = trainer.state.global_step
    if step < options.steps:
        print("told to end (%s): step %d is saved" % (trainctl_hooks.stop_reason(), step), flush=True)
        # Not 0: the training is not done.
        raise SystemExit(143)
    trainer.save_model(OUTPUTS)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    print("done: loss %r" % losses[-1], flush=True)


if __name__ == "__main__":
    main()
