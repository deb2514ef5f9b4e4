"""Checkpoints that are asked for, and what came of it."""

import threading


class Asking:
    """Each wish has a number; an answer is that to all wishes up to its own."""

    def __init__(self, shared):
        self.shared, self.lock, self.wished = shared, threading.Lock(), threading.Event()
        self.number = 0

    def ask(self):
        with self.lock:
            self.number += 1
            self.wished.set()

    def take_up(self):
        """The number of the wishes that the next checkpoint answers."""
        with self.lock:
            self.wished.clear()
            return self.number

    def answer(self, number, checkpoint=None, reason=None):
        with self.shared.lock:
            self.shared.answered = {"number": number, "checkpoint": checkpoint, "reason": reason}

    def refuse_rest(self, reason):
        """Nobody is left to take one."""
        answered = self.shared.answered
        if self.number and (not answered or answered["number"] < self.number):
            self.answer(self.number, None, reason)
