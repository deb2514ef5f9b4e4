"""Asks the training for a checkpoint: by the file TRAINCTL_CHECKPOINT_FILE, and by `checkpoints.signal`."""

import time

SAVES_WITHIN = 60.0
"""How long the training may take until its directory changes. What is there then is the checkpoint."""


class Telling:
    def __init__(self, asked, polling, signal, signal_process):
        self.asked, self.polling, self.signal, self.signal_process = asked, polling, signal, signal_process

    def save(self, look, pause):
        """Returns once the training has begun to save: the directory has changed, or the training has removed the
        file. At once when it neither looks for the file nor heeds a signal."""
        baseline, until = look(), time.monotonic() + SAVES_WITHIN
        self.asked.checkpoint()
        unheard = self.signal_process(self.signal) if self.signal else None
        while self.heeded(unheard) and look() == baseline and time.monotonic() < until:
            if self.asked.checkpoint_answered():
                return
            pause(0.1)

    def heeded(self, unheard):
        return self.polling.checkpoint() or (unheard is not None and not unheard.is_set())

    def over(self):
        """The checkpoint was taken, or could not be."""
        self.asked.checkpoint_over()
