"""Which step a checkpoint belongs to."""

import re

from ..look import files_of
from .names import appended

SAVE_SECONDS = 2.0
"""What was written so shortly before the newest file is of the same save: `latest` comes after what it points to."""

NUMBER = r"0*(\d{1,12})(?!\d|\.\d|[km](?![a-z])|e\d)"
"""All of it: of 1.5k, 10k and 1e3 nobody knows how round they are."""
STEP_NAMES = [
    re.compile(pattern + NUMBER, re.IGNORECASE)
    for pattern in (
        # global_step600 of DeepSpeed, step=600 and epoch=2-step=600.ckpt of Lightning, step_600, rl_model-step600.
        r"(?:^|[^a-z])(?:global[_-]?)?steps?[=_-]?",
        # checkpoint-600 of Hugging Face, model.ckpt-600 of TensorFlow 1.
        r"^checkpoint-(?!\d+-\d)",
        r"\bmodel\.ckpt-",
        # checkpoint_2_600.pt of fairseq: epoch, then updates.
        r"^checkpoint_\d+_",
        # iter_0000600 of Megatron and OpenMMLab.
        r"(?:^|[^a-z])iter(?:ation)?s?[=_-]?",
        # ep0-ba600-rank0.pt of Composer: batches.
        r"^ep\d+-ba",
    )
] + [re.compile(r"(?:^|[^a-z0-9])0*(\d{1,12})[_-]?steps?(?![a-z])", re.IGNORECASE)]  # rl_model_600_steps.zip
"""What says a step. Numbers alone do not, nor do epochs, nor what may count saves (ckpt-3, checkpoint_000003)."""

SETTINGS = re.compile(
    r"(^|[^a-z])((max|n|warm[_-]?up|accum[a-z]*|decay|lr|logging|inference|sampling|diffusion|ddim)[_-]?steps?"
    r"|(save|log|total|num)[_-]?steps)[=_-]?[\d_]+",
    re.IGNORECASE,
)
"""Numbers of steps that a training was set up with. `save_step_600` is a save of step 600."""

EPOCH = re.compile(r"^checkpoint-\d+\.", re.IGNORECASE)
"""A file so named is one of an epoch (timm, MAE) as often as of a step."""


def named_step(path):
    """The step in the name of a file, or of the folder next above it that has one; None when no name says one."""
    for part in reversed(path.split("/")):
        part = SETTINGS.sub("#", part)
        for pattern in STEP_NAMES:
            found = pattern.findall(part)
            if found:
                return int(found[-1])
    return None


def an_epoch(path, step, at, history):
    """Whether the number in a name is far less than the step that the metrics had come to: by little they are further
    where they count from 1, and where a thread saves."""
    return bool(EPOCH.search(path.rpartition("/")[2])) and 2 * step < (step_at(history, at) or 0)


def step_at(history, time):
    """The step of the last metrics line that had been written by then; None when there was none. `history` has
    (epoch seconds, step), oldest first."""
    # A slice: another thread may add to it.
    for moment, step in reversed(history[:]):
        if moment <= time:
            return step
    return None


def step_of(seen, history, dated=True, grows=appended):
    """(step, "name" or "metrics") of a directory as it was seen; (None, None) when nothing says one. Of the newest file
    in it, and not of what only `grows`. `dated`: whether the times of its files say when they were written."""
    files = [(value[3] / 1e9, path) for path, value in files_of(seen).items() if not grows(path)]
    if not files:
        return None, None
    newest = max(files)[0]
    named = [(at, named_step(path), path) for at, path in files if at >= newest - SAVE_SECONDS]
    named = [(at, step) for at, step, path in named if step is not None and not an_epoch(path, step, at, history)]
    if named:
        return max(named)[1], "name"
    step = step_at(history, newest) if dated else None
    return step, "metrics" if step is not None else None
