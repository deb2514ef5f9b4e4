"""The commands of the host, from their request to their end."""

import fcntl
import os
import signal
import struct
import termios

from child import run_child


class Exec:
    """One command; `answer` tells whoever asked for it, `done` says that there is no more to tell."""

    def __init__(self, request, answer, done):
        self.request = request
        self.answer = answer
        self.done = done
        self.pid = None
        # Our side of its terminal.
        self.master = None

    def signal(self, name):
        number = getattr(signal, "SIG" + name, None)
        if self.pid is not None and number is not None:
            try:
                os.killpg(self.pid, number)
            except OSError:
                pass

    def resize(self, size):
        if self.pid is not None and self.master is not None:
            set_size(self.master, size)

    def finish(self):
        if self.master is not None:
            os.close(self.master)
            self.master = None
        self.done()


class Execs:
    def __init__(self):
        self.by_pid = {}
        # The process groups of all that ever ran.
        self.sessions = set()

    def start(self, command, streams):
        """Runs a command with these streams, which are closed here in any case."""
        request = command.request
        opened = []
        try:
            fds = streams
            if request.get("log"):
                log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                null = os.open(os.devnull, os.O_RDONLY)
                opened = [log, null]
                fds = [null, log, log]
            slave = None
            if request.get("pty"):
                command.master, slave = os.openpty()
                opened.append(slave)
                set_size(command.master, request["pty"])
            pid = os.fork()
            if pid == 0:
                run_child(request, fds, command.master, slave)
            command.pid = pid
            self.by_pid[pid] = command
            self.sessions.add(pid)
            command.answer({"pid": pid})
        except Exception as error:
            command.answer({"error": str(error)})
            command.finish()
        finally:
            for fd in opened + streams:
                os.close(fd)

    def reap(self):
        """Takes in every child that has ended, and those of others that were left to us."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            command = self.by_pid.pop(pid, None)
            if command is None:
                continue
            if os.WIFSIGNALED(status):
                command.answer({"killed": signal.Signals(os.WTERMSIG(status)).name[3:]})
            else:
                command.answer({"exit": os.WEXITSTATUS(status)})
            command.finish()


def set_size(terminal, size):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
