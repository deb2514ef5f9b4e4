"""Runs the tools of an installation."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time

from ..errors import AgentError
from ..json_lines import progress
from ..sizes import size_text
from ..terminal import Drawn, as_shown, open_terminal, read_terminal
from ..training.environment import process_env
from ..training.last_lines import last_lines, redact
from .indexes.translate import for_tool, is_tool


class Runner:
    """Runs them in code/, shows their lines as progress, keeps the last of them for the error."""

    def __init__(self, directory, request, hidden=None):
        """`hidden`: {name: value} of what no line may show."""
        self.directory, self.request, self.hidden = directory, request, hidden or {}
        self.code = os.path.join(directory, "code")
        # Told of all that the tools write, as it comes.
        self.hear = lambda piece: None
        self.unfinished = False

    def run(self, argv, what, env=None):
        """Raises install-failed with the tool's last lines when it fails."""
        progress(what)
        self.hear(("%s+ %s\n" % ("\n" if self.unfinished else "", what)).encode("utf-8", "replace"))
        self.unfinished = False
        # On a terminal, pip and uv show how far a download is; other tools are not asked for what no log can hold.
        terminal = open_terminal() if is_tool(argv) else None
        read, write = terminal or os.pipe()
        try:
            child = self.spawn(argv, what, env, write, terminal is not None)
            try:
                lines = self.follow(child, read, what, Drawn() if terminal else None)
                code = child.wait()
            finally:
                if child.poll() is None:
                    with contextlib.suppress(OSError):
                        os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
        finally:
            os.close(read)
        if code:
            self.fail(what, code, self.clean(lines))

    def spawn(self, argv, what, env, write, on_terminal):
        full = process_env(self.request, self.directory)
        full.update(env or {})
        argv, full = for_tool(argv, full, self.code)
        if on_terminal:
            full["TERM"] = "xterm"
        try:
            return subprocess.Popen(
                argv,
                cwd=self.code,
                env=full,
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise AgentError("install-failed", "%s: %s cannot be run: %s" % (what, argv[0], error.strerror))
        finally:
            os.close(write)

    def follow(self, child, read, what, drawn):
        """Says the newest line, twice a second at most and every 5 s at least; returns the end of the output."""
        lines, shown, beat = bytearray(), "", time.monotonic()
        while True:
            ready, _, _ = select.select([read], [], [], 0.5)
            piece = read_terminal(read) if ready else None
            over = piece == b"" or (piece is None and child.poll() is not None)
            now = time.monotonic()
            if drawn:
                piece = drawn.feed(piece or b"", now) + (drawn.rest() if over else b"")
            if piece:
                self.hear(piece)
                self.unfinished = not piece.endswith(b"\n")
                lines = (lines + piece)[-65536:]
            if over:
                return bytes(lines)
            if now - beat >= (0.5 if piece else 5):
                last = self.clean(bytes(lines[-4096:])).strip().split("\n")[-1].strip()[:200]
                if last != shown or now - beat >= 5:
                    progress(last or what)
                    shown, beat = last, now

    def fail(self, what, code, text):
        if "No space left on device" in text:
            raise AgentError(
                "disk-full",
                "%s: no space left on the disk (%s free): give the run a larger "
                "`resources.disk`" % (what, size_text(shutil.disk_usage(self.directory).free)),
                last_lines(text, 4096),
            )
        raise AgentError("install-failed", "%s failed with exit code %d" % (what, code), last_lines(text, 4096))

    def clean(self, data):
        return redact(as_shown(data.decode("utf-8", "replace")), self.hidden)
