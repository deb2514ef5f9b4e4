"""Whether a command looks for the files of `asked`: its code, or the command itself, then names them, or the helper
with what it is asked."""

import collections
import os

from ...threads import background
from .hooks import NAME as HOOKS

STOP, CHECKPOINT, HELPER = b"TRAINCTL_STOP_FILE", b"TRAINCTL_CHECKPOINT_FILE", b"trainctl_hooks"
QUESTIONS = {
    STOP: (b"should_stop", b"stop_reason", b"stop_deadline", b"Callback"),
    CHECKPOINT: (b"wants_checkpoint", b"Callback"),
}
"""What the helper is asked in the same file; a script that only gives it numbers looks for neither."""
LARGEST = 512 * 1024
"""Of a file that is taken for a source, in bytes."""
MOST_FILES, MOST_BYTES = 20_000, 64 * 1024 * 1024
"""What is read of a folder, those first that are nearest to its top."""
NO_SOURCES = frozenset(("__pycache__", "node_modules", "site-packages", "venv"))
SUFFIXES = frozenset(
    (
        "",
        ".bash",
        ".c",
        ".cc",
        ".cfg",
        ".cpp",
        ".go",
        ".ini",
        ".ipynb",
        ".jl",
        ".js",
        ".json",
        ".lua",
        ".mjs",
        ".mk",
        ".pl",
    )
    + (".py", ".r", ".rb", ".rs", ".sh", ".toml", ".ts", ".yaml", ".yml")
)
AT_ONCE = 1.0
"""How long whoever asks waits for a look that is not over: s."""


class Polling:
    """Looks in the background. `asked`: the files; the helper says there that it is used, wherever it was imported."""

    def __init__(self, command, code, asked):
        words = command if isinstance(command, list) else [command]
        self.found, self.code, self.asked = named_in(os.fsencode("\n".join(words))), code, asked
        self.look = background(self.search, "polling")

    def search(self):
        for data in sources(self.code):
            self.found |= named_in(data)

    def stop(self):
        """Whether the training looks for the stop file."""
        return self.named(STOP)

    def checkpoint(self):
        return self.named(CHECKPOINT)

    def named(self, name):
        if name not in self.found and not self.asked.helper_polls():
            self.look.join(AT_ONCE)
        return name in self.found or self.asked.helper_polls()


def named_in(data):
    """Which of the files a source looks for."""
    helper = HELPER in data
    return {name for name, asked in QUESTIONS.items() if name in data or (helper and any(one in data for one in asked))}


def sources(root):
    """The contents of files that may be sources."""
    folders, files, read = collections.deque([root]), 0, 0
    while folders:
        try:
            entries = sorted(os.scandir(folders.popleft()), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if files >= MOST_FILES or read >= MOST_BYTES:
                return
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in NO_SOURCES:
                        folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False) and entry.name != HOOKS:
                    files += 1
                    suffix = os.path.splitext(entry.name)[1].lower()
                    if suffix in SUFFIXES and entry.stat(follow_symlinks=False).st_size <= LARGEST:
                        with open(entry.path, "rb") as file:
                            data = file.read(LARGEST)
                        read += len(data)
                        yield data
            except OSError:
                continue
