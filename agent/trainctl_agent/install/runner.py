"""Runs the tools of an installation."""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import time

from ..errors import AgentError
from ..json_lines import progress
from ..sizes import size_text
from ..training.environment import process_env
from ..training.last_lines import last_lines, redact


class Runner:
    """Runs them in code/, shows their lines as progress, keeps the last of them for the error."""

    def __init__(self, directory, request):
        self.directory, self.request = directory, request
        self.code = os.path.join(directory, "code")
        # Told of all that the tools write, as it comes.
        self.hear = lambda piece: None

    def run(self, argv, what, env=None):
        """Raises install-failed with the tool's last lines when it fails."""
        progress(what)
        self.hear(("+ %s\n" % what).encode("utf-8", "replace"))
        child = self.spawn(argv, what, env)
        try:
            lines = self.follow(child, what)
            code = child.wait()
        finally:
            if child.poll() is None:
                with contextlib.suppress(OSError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            child.stdout.close()
        if code:
            self.fail(what, code, self.clean(lines))

    def spawn(self, argv, what, env):
        full = process_env(self.request, self.directory)
        full.update(env or {})
        try:
            return subprocess.Popen(
                argv,
                cwd=self.code,
                env=full,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise AgentError("install-failed", "%s: %s cannot be run: %s" % (what, argv[0], error.strerror))

    def follow(self, child, what):
        """Says the newest line, twice a second at most and every 5 s at least; returns the end of the output."""
        lines, shown, beat = bytearray(), "", time.monotonic()
        while True:
            ready, _, _ = select.select([child.stdout], [], [], 0.5)
            piece = os.read(child.stdout.fileno(), 65536) if ready else None
            if piece == b"" or (piece is None and child.poll() is not None):
                return bytes(lines)
            if piece:
                self.hear(piece)
                lines = (lines + piece)[-65536:]
            now = time.monotonic()
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
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode("utf-8", "replace").replace("\r\n", "\n"))
        return redact(text.replace("\r", "\n"), self.request.get("secrets"))
