"""What the kernel has told of the checkpoint directory: what was renamed into place, finished, and is being written."""

import contextlib
import os
import select
import threading

from .inotify import (
    CLOSE_NOWRITE,
    CLOSE_WRITE,
    CREATE,
    IGNORED,
    IS_FOLDER,
    MODIFY,
    MOVED_FROM,
    MOVED_TO,
    ONLY_FOLDERS,
    OPEN,
    OVERFLOW,
    Inotify,
)
from .marks import Mark, below, renamed

USUAL = CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE
CLOSELY = USUAL | OPEN | MODIFY | CLOSE_NOWRITE
"""Costs an event for each write: for the time of an end alone."""

MOST_FOLDERS = 500

MOST_PATHS, MOST_MOVES = 10_000, 100
"""What is remembered of files that are gone, and of those that went to nowhere."""

PAUSE_SECONDS, PAUSE_CLOSELY_SECONDS = 0.05, 0.005
"""Between two times of listening: what is made in a new folder until then is found by looking."""


class Told:
    """Of a directory, and of the file of metrics. Times of files do not show it: their clock has the same reading for
    the last write and a rename right after it. Where nobody tells (`blind`), nothing was renamed.

    `finished` is called with the path of each file or folder that was closed after it was written, or got this name;
    `left` with each name that was given up for another."""

    def __init__(self, root, metrics=None, finished=lambda path: None, left=lambda path: None):
        self.root, self.finished, self.left, self.lock = root, finished, left, threading.Lock()
        self.kernel, self.mask = Inotify(), USUAL
        self.blind = self.kernel.fd is None
        # {number: folder}; paths that were renamed to what they are, and not written since.
        self.folders, self.moved = {}, set()
        # Of what is open: what was made or written, what may be; and folders of which nothing is told yet.
        self.writing, self.opened, self.made, self.unheard = set(), set(), set(), set()
        self.leaving, self.marks = {}, []
        # How many events there were; by path, when it was last closed; when the last line of metrics came.
        self.count, self.closed, self.line = 0, {}, 0
        self.metrics = self.kernel.watch(metrics, MODIFY) if metrics else None

    def closely(self):
        """Whether an end is near."""
        return self.mask == CLOSELY

    def follow(self, seen, closely=False):
        """The directory as it was seen: from now on each folder of it is followed."""
        with self.lock:
            self.mask = CLOSELY if closely else self.mask
            self.read()
            folders = ["", *sorted(path for path, value in seen.items() if value[0] == "dir")]
            self.blind = self.blind or len(folders) > MOST_FOLDERS
            for folder in folders[:MOST_FOLDERS]:
                number = self.kernel.watch(os.path.join(self.root, folder), self.mask | ONLY_FOLDERS)
                if number is not None:
                    self.folders[number] = folder
                    self.unheard.discard(folder)
            if len(self.closed) > MOST_PATHS:
                self.closed = {path: at for path, at in self.closed.items() if path in seen}
                self.moved &= set(seen)

    def listen(self, over):
        """Hears what happens until the event `over` is set."""
        if self.kernel.fd is None:
            return
        poll = select.poll()
        poll.register(self.kernel.fd, select.POLLIN)
        while not over.wait(PAUSE_CLOSELY_SECONDS if self.mask == CLOSELY else PAUSE_SECONDS):
            if poll.poll(1000):
                with self.lock:
                    self.read()

    def mark(self, over):
        """A Mark of this moment, which goes on hearing; None where nobody tells, or the directory is not followed
        closely. `over`: answers whether all of a save is there."""
        with self.lock:
            self.read()
            if self.blind or self.mask != CLOSELY:
                return None
            mark = Mark(self.writing, self.opened, self.unheard, over())
            self.marks.append(mark)
            return mark

    def now(self):
        """Paths of the files and folders that were renamed to what they are, and not written since."""
        with self.lock:
            self.read()
            return set(self.moved)

    def went_on(self, path):
        """Whether a line of metrics came after this file had been closed; None where nobody tells."""
        with self.lock:
            if self.blind or self.metrics is None or path not in self.closed:
                return None
            return self.line > self.closed[path]

    def read(self):
        for number, mask, cookie, name in self.kernel.read():
            self.count += 1
            self.hear(number, mask, cookie, name)

    def hear(self, number, mask, cookie, name):
        if mask & OVERFLOW:
            self.blind = True
            self.moved.clear()
        elif mask & IGNORED:
            self.folders.pop(number, None)
            self.metrics = None if number == self.metrics else self.metrics
        elif number == self.metrics:
            self.line = self.count
        elif number in self.folders and name:
            path = os.path.join(self.folders[number], name)
            if mask & IS_FOLDER:
                self.hear_folder(mask, cookie, path)
            elif mask & (MOVED_FROM | MOVED_TO):
                self.hear_move(mask, cookie, path)
            else:
                self.hear_file(mask, path)

    def hear_folder(self, mask, cookie, path):
        if mask & CREATE:
            self.hear_new(path)
            self.written(path)
        elif mask & (MOVED_FROM | MOVED_TO):
            self.hear_move(mask, cookie, path)

    def hear_new(self, folder):
        """What was made in a new folder before it was followed is found there, finished or not."""
        self.unheard.add(folder)
        full = os.path.join(self.root, folder)
        number = self.kernel.watch(full, self.mask | ONLY_FOLDERS) if len(self.folders) <= MOST_FOLDERS else None
        with contextlib.suppress(OSError):
            if number is not None and self.folders.setdefault(number, folder) == folder:
                with os.scandir(full) as entries:
                    for entry in sorted(entries, key=lambda one: one.stat(follow_symlinks=False).st_mtime_ns):
                        path = os.path.join(folder, entry.name)
                        if entry.is_dir(follow_symlinks=False):
                            self.hear_new(path)
                        elif entry.is_file(follow_symlinks=False):
                            self.finished(path)

    def hear_move(self, mask, cookie, path):
        if mask & MOVED_FROM:
            if len(self.leaving) > MOST_MOVES:
                self.leaving.clear()
            self.leaving[cookie] = path
            self.moved.discard(path)
            self.left(path)
            return
        for paths in (self.writing, self.opened, self.moved):
            paths.difference_update([one for one in paths if below(one, path)])
        old = self.leaving.pop(cookie, None)
        if old is not None:
            self.rename(old, path)
        self.moved.add(path)
        self.closed[path] = self.count
        self.written(path)
        self.finished(path)

    def rename(self, old, path):
        self.folders = {number: renamed(folder, old, path) for number, folder in self.folders.items()}
        self.closed = {renamed(one, old, path): at for one, at in self.closed.items()}
        names = ("writing", "opened", "made", "unheard", "moved")
        for name in names:
            setattr(self, name, {renamed(one, old, path) for one in getattr(self, name)})
        for mark in self.marks:
            mark.rename(old, path)

    def hear_file(self, mask, path):
        if mask & CREATE:
            # A second name for a file is made without being opened, and who opens a file is told closely alone.
            self.made.update({path} if self.mask == CLOSELY else ())
        elif mask & OPEN:
            (self.writing if path in self.made else self.opened).add(path)
            self.made.discard(path)
            for mark in self.marks:
                mark.opens(path)
        elif mask & MODIFY:
            self.writing.add(path)
            self.written(path)
        else:
            self.opened.discard(path)
            self.made.discard(path)
            for mark in self.marks:
                mark.closes(path, bool(mask & CLOSE_WRITE))
            if mask & CLOSE_WRITE:
                self.writing.discard(path)
                self.moved.discard(path)
                self.closed[path] = self.count
                self.finished(path)

    def written(self, path):
        for mark in self.marks:
            mark.written(path)
