"""Moments after which it counts what is written."""


class Mark:
    """Right before a signal that ends the training: what is being written then, and what is written after it.

    `writing`: paths that are open and were made or written; `opened`: those that are open, for whatever; `unheard`:
    folders that were made just now, so that nothing is told of what is in them; `over`: whether all files of a save
    were there."""

    def __init__(self, writing, opened, unheard, over):
        self.writing, self.opened, self.unheard, self.over = set(writing), set(opened), set(unheard), over
        # What was written since; what was opened since, and is not closed.
        self.since, self.fresh = set(), set()
        # What was closed by a writer since; of that, what was then opened anew; and closed again by a writer.
        self.shut, self.reopened, self.again = set(), set(), set()

    def open(self, path):
        """Whether a file was, or may have been, in the middle of being written."""
        return path in self.writing or any(below(path, folder) for folder in self.unheard)

    def later(self, path):
        """Whether a file was written, or renamed into place, after the mark."""
        return any(below(path, one) for one in self.since)

    def written(self, path):
        # What was open all the time, and had not been written yet, is written now.
        if path in self.opened:
            self.writing.add(path)
        self.since.add(path)

    def anew(self, path):
        """Whether what was being written at the mark was closed, and then written by somebody from the beginning."""
        return path in self.again

    def opens(self, path):
        self.fresh.add(path)
        if path in self.shut:
            self.reopened.add(path)

    def closes(self, path, writer):
        """`writer`: it was open for writing. Not all ways of writing are told of (asynchronous, by a map)."""
        if writer and path in self.fresh:
            self.since.add(path)
        if writer:
            self.shut.add(path)
            self.again.update({path} & self.reopened)
        self.fresh.discard(path)
        self.reopened.discard(path)
        self.opened.discard(path)

    def rename(self, old, new):
        self.writing = {renamed(one, old, new) for one in self.writing if one != new}
        self.opened = {renamed(one, old, new) for one in self.opened if one != new}
        self.unheard = {renamed(one, old, new) for one in self.unheard}
        self.since = {renamed(one, old, new) for one in self.since}
        self.fresh = {renamed(one, old, new) for one in self.fresh}
        for paths in (self.shut, self.reopened, self.again):
            paths.difference_update([one for one in paths if below(one, old) or below(one, new)])


def below(path, folder):
    """Whether a path is this one, or in this folder."""
    return path == folder or path.startswith(folder + "/")


def renamed(path, old, new):
    """A path, after that one was renamed."""
    return new + path[len(old) :] if below(path, old) else path
