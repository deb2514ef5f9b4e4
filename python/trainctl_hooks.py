"""For training scripts under trainctl: is there an end to prepare for, is a checkpoint wanted, and a place for numbers.

    import trainctl_hooks

    for step in range(start, steps):
        ...
        trainctl_hooks.log(step=step, loss=loss)
        if trainctl_hooks.wants_checkpoint():
            save()
            trainctl_hooks.checkpoint_saved()
        if trainctl_hooks.should_stop():
            save()
            sys.exit(143)

Hugging Face: `Trainer(..., callbacks=[trainctl_hooks.TrainerCallback()])`.
Lightning: `Trainer(..., callbacks=[trainctl_hooks.Callback()])`, `trainer.fit(model,
ckpt_path=trainctl_hooks.lightning_checkpoint())`.

Under trainctl it is on PYTHONPATH. Elsewhere, copy this file beside the script: without trainctl it asks for nothing
and writes nothing. It needs the standard library alone, and has no handler of signals.

In a distributed run (torch.distributed) all ranks must call `should_stop` and `wants_checkpoint` at the same steps,
and get the same answer: an end that one rank sees first is everybody's at that step. Each call is one all_reduce of
one number.
"""

import glob
import json
import os
import sys

# and TrainerCallback, Callback: see __getattr__
__all__ = [
    "checkpoint_saved",
    "lightning_checkpoint",
    "log",
    "should_stop",
    "stop_deadline",
    "stop_reason",
    "wants_checkpoint",
]

_stopping = False
_seen = 0  # the number of the last checkpoint that was asked for and answered here


def should_stop():
    """Whether the training is to save and end: True from the first time on. See `stop_reason` for why."""
    return _stopping or _is_stop(*_greatest(_stop_flag()))


def stop_reason():
    """`stop`, `notice`, `deadline`, `budget`, `lease` or `rebalance`; None when there is nothing to prepare for.

    `rebalance` is EC2's recommendation to leave the instance: nobody has said that it will be taken."""
    return (_read("TRAINCTL_STOP_FILE") or {}).get("reason")


def stop_deadline():
    """When the process is killed, in seconds since 1970 (as time.time()). None when there is nothing, or no time is
    known."""
    return (_read("TRAINCTL_STOP_FILE") or {}).get("deadline")


def wants_checkpoint():
    """Whether somebody has asked for a checkpoint: True once for each time. Save, then call `checkpoint_saved`."""
    return _is_new(*_greatest(_checkpoint_number()))


def checkpoint_saved():
    """Says that the checkpoint that was asked for is written. Without it, trainctl waits until the folder is still."""
    writes = int(os.environ.get("LOCAL_RANK") or _rank()) == 0
    if writes and 0 < _checkpoint_number() <= _seen:
        try:
            os.unlink(os.environ["TRAINCTL_CHECKPOINT_FILE"])
        except OSError:
            pass  # it is gone already


def log(step=None, **numbers):
    """Appends one line to the run's metrics: `log(step=10, steps=100, loss=0.5)`. Numbers may be NaN or infinite, may
    be tensors or arrays of one element, and may be nested. In a distributed run rank 0 writes."""
    path = os.environ.get("TRAINCTL_METRICS")
    if not path or _rank() != 0:
        return
    if step is not None:
        numbers = dict({"step": step}, **numbers)
    line = json.dumps(numbers, default=_plain) + "\n"
    with open(path, "ab", buffering=0) as file:
        file.write(line.encode())


def lightning_checkpoint():
    """The newest `.ckpt` in the folder to resume from, for `ckpt_path` of Lightning's `fit`; None: begin at the
    beginning."""
    folder = os.environ.get("TRAINCTL_RESUME_FROM")
    found = glob.glob(os.path.join(glob.escape(folder), "**", "*.ckpt"), recursive=True) if folder else []
    return max(found, key=os.path.getmtime) if found else None


def _asked():
    """(stop, checkpoint): both questions with one all_reduce."""
    if _stopping:
        return True, False
    stop, number = _greatest(_stop_flag(), _checkpoint_number())
    return _is_stop(stop), _is_new(number)


def _is_stop(flag):
    global _stopping
    if flag:
        _stopping = True
        _mark(".heard")
    return _stopping


def _is_new(number):
    global _seen
    new = number > _seen
    _seen = max(_seen, number)
    return new


def _stop_flag():
    path = os.environ.get("TRAINCTL_STOP_FILE")
    if path:
        _mark(".polled")
    return int(bool(path) and os.path.exists(path))


def _checkpoint_number():
    if os.environ.get("TRAINCTL_STOP_FILE"):
        _mark(".polled")
    number = (_read("TRAINCTL_CHECKPOINT_FILE") or {}).get("number")
    return number if isinstance(number, int) else 0


def _read(variable):
    try:
        with open(os.environ[variable], encoding="ascii") as file:
            return json.load(file)
    except (KeyError, OSError, ValueError):
        return None


_marked = set()


def _mark(what):
    """Tells the agent that this training asks, or was told: it is then not ended by a signal that it has no handler
    for."""
    path = os.environ.get("TRAINCTL_STOP_FILE")
    if path and what not in _marked:
        _marked.add(what)
        try:
            open(path + what, "ab").close()
        except OSError:
            pass


def _torch_distributed():
    """The module, when this process takes part in a group of more than one. It is not loaded for this."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return None
    return distributed if distributed.get_world_size() > 1 else None


def _greatest(*numbers):
    """Each, the greatest of all ranks."""
    distributed = _torch_distributed()
    if distributed is None:
        return numbers
    torch = sys.modules["torch"]
    backend = str(distributed.get_backend())
    devices = {"nccl": "cuda", "xccl": "xpu", "ccl": "xpu", "hccl": "hpu"}
    device = devices.get(backend, "cpu")
    if device == "cuda":
        device = torch.device("cuda", torch.cuda.current_device())
    tensor = torch.tensor(numbers, dtype=torch.int64, device=device)
    distributed.all_reduce(tensor, op=distributed.ReduceOp.MAX)
    return tensor.tolist()


def _rank():
    distributed = _torch_distributed()
    return distributed.get_rank() if distributed else int(os.environ.get("RANK") or 0)


def _plain(value):
    """What json.dumps does not know: tensors and numbers of numpy."""
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def _trainer_callback():
    from transformers import TrainerCallback as Base

    class TrainerCallback(Base):
        """Of Hugging Face's Trainer: saves when a checkpoint is asked for, saves and ends `train()` at a coming end,
        and passes on what the Trainer logs. `every`: asks at steps that are multiples of it."""

        def __init__(self, every=1):
            self.every = every

        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step % self.every == 0:
                stop, checkpoint = _asked()
                control.should_save = control.should_save or stop or checkpoint
                control.should_training_stop = control.should_training_stop or stop
            return control

        def on_save(self, args, state, control, **kwargs):
            checkpoint_saved()

        def on_log(self, args, state, control, logs=None, **kwargs):
            if state.is_world_process_zero:
                log(step=state.global_step, steps=state.max_steps, **(logs or {}))

    return TrainerCallback


def _lightning_callback():
    try:
        from lightning.pytorch import Callback as Base
    except ImportError:
        from pytorch_lightning import Callback as Base

    class Callback(Base):
        """Of Lightning: saves when a checkpoint is asked for, saves and ends `fit()` at a coming end, and passes on the
        metrics that are logged. `folder`: where `trainctl.ckpt` is saved (default: the checkpoint folder of the run).
        `every`: asks after batches that are multiples of it."""

        def __init__(self, folder=None, every=1):
            self.folder = folder or os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
            self.every, self.saved_at, self.logged_at = every, None, None

        def save(self, trainer):
            # Lightning gathers on all ranks what rank 0 writes, aside and renamed.
            if self.saved_at != trainer.global_step:
                trainer.save_checkpoint(os.path.join(self.folder, "trainctl.ckpt"))
                self.saved_at = trainer.global_step

        def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
            self.pass_on(trainer)
            if (batch_idx + 1) % self.every:
                return
            stop, checkpoint = _asked()
            if stop or checkpoint:
                self.save(trainer)
                checkpoint_saved()
            trainer.should_stop = trainer.should_stop or stop

        def on_exception(self, trainer, pl_module, exception):
            # Lightning has a handler of TERM of its own, which ends `fit` before the next batch, on all ranks.
            if type(exception).__name__ == "SIGTERMException":
                self.save(trainer)

        def pass_on(self, trainer):
            step, pace = trainer.global_step, getattr(trainer, "log_every_n_steps", 1) or 1
            if trainer.is_global_zero and step % pace == 0 and self.logged_at != step:
                numbers = {name: value for name, value in trainer.callback_metrics.items() if name != "step"}
                if numbers:
                    self.logged_at = step
                    log(step=step, **numbers)

    return Callback


_LAZY = {"TrainerCallback": _trainer_callback, "Callback": _lightning_callback}


def __getattr__(name):
    """The callbacks are made when they are asked for, so that importing this file needs no framework."""
    if name not in _LAZY:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    globals()[name] = made = _LAZY[name]()
    return made
