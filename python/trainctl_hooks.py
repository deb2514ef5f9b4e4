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

Hugging Face: `Trainer(..., callbacks=[trainctl_hooks.TrainerCallback()])`. Lightning: `Trainer(...,
callbacks=[trainctl_hooks.Callback()])`, `trainer.fit(model, ckpt_path=trainctl_hooks.lightning_checkpoint())`.

Under trainctl it is on PYTHONPATH. Elsewhere, copy this file beside the script: without trainctl it asks for nothing
and writes nothing. It needs the standard library alone, and has no handler of signals (but see Callback).

In a distributed run (torch.distributed) all ranks call `should_stop` and `wants_checkpoint` at the same steps, and get
the same answer: an end that one rank sees is everybody's. Each call is an all_reduce by gloo, on the CPU.
"""

import glob
import json
import os
import signal
import sys

_stopping = False
_told = False  # by TERM (see Callback)
_seen = 0  # the number of the last checkpoint that was asked for and answered here


def should_stop():
    """Whether the training is to save and end: True from the first time on. `stop_reason` says why."""
    return _stopping or _is_stop(*_greatest(_stop_flag()))


def stop_reason():
    """`stop`, `notice`, `deadline`, `budget`, `alert`, `lease`, or `rebalance` (EC2's recommendation); else None."""
    return (_read("TRAINCTL_STOP_FILE") or {}).get("reason")


def stop_deadline():
    """When the process is killed, in seconds since 1970 (as time.time()); None when there is no time."""
    return (_read("TRAINCTL_STOP_FILE") or {}).get("deadline")


def wants_checkpoint():
    """Whether a checkpoint is asked for: True once for each time. Save, then call `checkpoint_saved`."""
    return _is_new(*_greatest(_checkpoint_number()))


def checkpoint_saved():
    """Says that it is written. Without that, trainctl waits until the folder is still."""
    writes = int(os.environ.get("LOCAL_RANK") or _rank()) == 0
    if writes and 0 < _checkpoint_number() <= _seen:
        try:
            os.unlink(os.environ["TRAINCTL_CHECKPOINT_FILE"])
        except OSError:
            pass  # it is gone already


def log(step=None, **numbers):
    """Appends one line to the run's metrics: `log(step=10, steps=100, loss=0.5)`. Numbers may be NaN or infinite,
    tensors or arrays of one element, and nested. In a distributed run rank 0 writes."""
    _write(numbers if step is None else dict({"step": step}, **numbers))


def _write(numbers):
    path = os.environ.get("TRAINCTL_METRICS")
    if not path or _rank() != 0:
        return
    line = json.dumps(numbers, default=_plain) + "\n"
    with open(path, "ab", buffering=0) as file:
        file.write(line.encode())


def lightning_checkpoint():
    """The newest `.ckpt` to resume from, for `ckpt_path` of Lightning's `fit`; None at the beginning."""
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
    _mark(".polled")
    path = os.environ.get("TRAINCTL_STOP_FILE")
    return int(bool(path) and (_told or os.path.exists(path)))


def _checkpoint_number():
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
    """Tells the agent that this training asks, or was told."""
    path = os.environ.get("TRAINCTL_STOP_FILE")
    if path and what not in _marked:
        _marked.add(what)
        try:
            open(path + what, "ab").close()
        except OSError:
            pass


def _torch_distributed():
    """The module, when this process is one rank of several. It is not loaded for this."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return None
    return distributed if distributed.get_world_size() > 1 else None


_groups = {}  # {the group of all ranks: (the one that is asked, the device of its numbers)}


def _greatest(*numbers):
    """Each, the greatest of all ranks."""
    distributed = _torch_distributed()
    if distributed is None:
        return numbers
    torch, world = sys.modules["torch"], distributed.group.WORLD
    if world not in _groups:
        _groups.clear()
        _groups[world] = _group(distributed)
    group, device = _groups[world]
    if device != "cpu":
        device = torch.device(device, getattr(torch, device).current_device())
    tensor = torch.tensor(numbers, dtype=torch.int64, device=device)
    distributed.all_reduce(tensor, op=distributed.ReduceOp.MAX, group=group)
    return tensor.tolist()


def _group(distributed):
    """All ranks, for numbers in memory; for an accelerator's where gloo is missing."""
    config = str(getattr(distributed, "get_backend_config", distributed.get_backend)())
    if "cpu:" in config or config in ("gloo", "mpi"):
        return None, "cpu"
    try:
        return distributed.new_group(backend="gloo"), "cpu"
    except (RuntimeError, ValueError):
        return None, config.partition(":")[0].replace("nccl", "cuda")


_RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "HOROVOD_RANK", "PMI_RANK", "SLURM_PROCID", "LOCAL_RANK")


def _rank():
    distributed = _torch_distributed()
    if distributed:
        return distributed.get_rank()
    return next((int(os.environ[name]) for name in _RANKS if os.environ.get(name, "").isdigit()), 0)


def _plain(value):
    """What json.dumps does not know: tensors and numbers of numpy."""
    try:
        return value.item()
    except (AttributeError, RuntimeError, TypeError, ValueError):
        return str(value)


def _trainer_callback():
    from transformers import TrainerCallback as Base

    class TrainerCallback(Base):
        """Of Hugging Face's Trainer: saves when asked, saves and ends `train()` at a coming end, and passes on what the
        Trainer logs. `every`: asks at steps that are multiples of it."""

        def __init__(self, every=1):
            self.every, self.wanted, self.saved_at = every, False, None

        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step % self.every == 0:
                stop, checkpoint = _asked()
                self.wanted = self.wanted or stop or checkpoint
                if stop:
                    control.should_training_stop = True
                    # It comes before the save, and decides about it (`save_strategy="best"`).
                    control.should_evaluate = False
            control.should_save = control.should_save or self.wanted
            return control

        def on_epoch_end(self, args, state, control, **kwargs):
            # An epoch that was left in the middle has no end, and what is saved is not written over.
            if _stopping:
                control.should_evaluate = False
                control.should_save = control.should_save and self.saved_at != state.global_step
            return control

        def on_save(self, args, state, control, **kwargs):
            self.wanted, self.saved_at = False, state.global_step
            checkpoint_saved()

        def on_log(self, args, state, control, logs=None, **kwargs):
            if state.is_world_process_zero:
                _write(dict(logs or {}, step=state.global_step, steps=state.max_steps))

    return TrainerCallback


def _lightning_callback():
    try:
        from lightning.pytorch import Callback as Base
    except ImportError:
        from pytorch_lightning import Callback as Base

    class Callback(Base):
        """Of Lightning: saves when asked, saves and ends `fit()` at a coming end, and passes on the metrics that are
        logged. `folder`: where `trainctl.ckpt` is saved (default: the run's checkpoint folder). `every`: asks after
        batches that are multiples of it. In a distributed run under trainctl it hears TERM in place of Lightning, whose
        handler waits for ranks that may be waiting for this one."""

        def __init__(self, folder=None, every=1):
            self.folder = folder or os.environ.get("TRAINCTL_CHECKPOINT_DIR") or "checkpoints"
            self.every, self.saved_at, self.logged_at, self.theirs = every, None, None, None

        def on_fit_start(self, trainer, pl_module):
            self.theirs = signal.getsignal(signal.SIGTERM)

        def on_train_start(self, trainer, pl_module):
            if trainer.world_size > 1 and os.environ.get("TRAINCTL_STOP_FILE"):
                try:
                    signal.signal(signal.SIGTERM, self.hear)
                except ValueError:
                    pass  # not the main thread: Lightning has no handler either

        def hear(self, number, frame):
            global _told
            _told = True
            if callable(self.theirs):
                self.theirs(number, frame)

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
            if stop:
                self.end(trainer)

        def end(self, trainer):
            trainer.should_stop = True
            trainer.limit_val_batches = 0  # it would validate first
            trainer.fit_loop.min_epochs = trainer.fit_loop.epoch_loop.min_steps = None  # and go on until then

        def on_exception(self, trainer, pl_module, exception):
            # By Lightning's own handler of TERM, before the next batch.
            if type(exception).__name__ == "SIGTERMException":
                self.save(trainer)

        def pass_on(self, trainer):
            step, pace = trainer.global_step, getattr(trainer, "log_every_n_steps", 1) or 1
            if trainer.is_global_zero and step % pace == 0 and self.logged_at != step:
                numbers = dict(trainer.callback_metrics)
                if numbers:
                    self.logged_at = step
                    _write(dict(numbers, step=step))

    return Callback


_LAZY = {"TrainerCallback": _trainer_callback, "Callback": _lightning_callback}


def __getattr__(name):
    """The callbacks are made when asked for: importing this needs no framework. They can be pickled."""
    if name not in _LAZY:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    globals()[name] = made = _LAZY[name]()
    made.__qualname__ = name
    return made
