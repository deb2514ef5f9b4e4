"""Owns one server of a stack (standard library only): nobody but it starts that server, and it outlives neither what it
belongs to nor its guard.

`guard.py FOLDER... -- COMMAND...`: starts COMMAND, and says `{"server": PID}`, or `{"failed": WHY}`, on stdout. TERM is
handed on; it ends as the server ended. It ends the server by itself (TERM, KILL after a while) when one of the folders
is gone or another one has come in its place, and when its stdin ends before it has said `keep`: then whoever started
the stack died. Where it is killed itself the kernel ends the server (Linux).
"""

import ctypes
import errno
import json
import os
import select
import signal
import sys
import time

LOOK_SECONDS = 1.0
"""Between two looks at the folders."""

LOOKS = 2
"""A folder is gone that was not there so many times in a row."""

GRACE_SECONDS = 15.0
"""What a server has to end by itself once it is told to."""

PR_SET_PDEATHSIG = 1


class Folder:
    """A folder as it was at the start. Held open, so that no other one can get its number."""

    def __init__(self, path):
        self.path = path
        self.fd = os.open(path, os.O_RDONLY)
        self.missed = 0

    def gone(self):
        """Whether there is no such folder any more. What cannot be looked at now says nothing."""
        try:
            there = os.path.samestat(os.stat(self.path), os.fstat(self.fd))
        except (FileNotFoundError, NotADirectoryError):
            there = False
        except OSError:
            return False
        self.missed = 0 if there else self.missed + 1
        return self.missed >= LOOKS


class Owner:
    """Who started the stack, at the other end of stdin."""

    def __init__(self):
        self.heard = b""
        self.asked = True

    def fds(self):
        return [0] if self.asked else []

    def left(self):
        """Reads what has come. Whether the other end is gone without a word."""
        data = os.read(0, 64)
        self.heard += data
        if self.heard.startswith(b"keep"):
            self.asked = False
        return self.asked and not data


def start(command):
    """The pid of the server. Ends this process when the command cannot be run."""
    mine = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            become(command, mine, libc)
        except OSError as error:
            why = "%s: %s (%s)" % (command[0], error.strerror, errno.errorcode.get(error.errno, error.errno))
            os.write(writing, why.encode("utf-8", "replace"))
        finally:
            os._exit(127)
    os.close(writing)
    failed = b""
    while True:
        data = os.read(reading, 4096)
        if not data:
            break
        failed += data
    os.close(reading)
    if failed:
        say({"failed": failed.decode("utf-8", "replace")})
        os._exit(127)
    return pid


def become(command, guard, libc):
    """In the child: the server."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != guard:
            os._exit(127)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.execvp(command[0], command)


def say(event):
    try:
        os.write(1, (json.dumps(event) + "\n").encode())
    except OSError:
        pass


class Server:
    def __init__(self, pid):
        self.pid = pid
        self.kill_at = None

    def reap(self):
        """Ends this process as the server ended, once it has."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return
        if not os.WIFSIGNALED(status):
            os._exit(os.WEXITSTATUS(status))
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(128 + number)

    def signal(self, number):
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    def end(self, why):
        """Told to end, for this reason; killed when it does not."""
        if self.kill_at is None:
            say({"guard": why})
            self.kill_at = time.monotonic() + GRACE_SECONDS
            self.signal(signal.SIGTERM)
        elif time.monotonic() > self.kill_at:
            self.signal(signal.SIGKILL)


def wakeups():
    """A pipe on which something comes with each signal."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    return reading


def main(arguments):
    split = arguments.index("--")
    folders = [Folder(path) for path in arguments[:split]]
    owner, wake = Owner(), wakeups()
    signal.signal(signal.SIGCHLD, lambda *_: None)
    server = Server(start(arguments[split + 1 :]))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.signal(signal.SIGTERM))
    say({"server": server.pid})
    why, looked = None, time.monotonic()
    while True:
        ready, _, _ = select.select([wake, *owner.fds()], [], [], LOOK_SECONDS)
        if wake in ready:
            os.read(wake, 4096)
        server.reap()
        if 0 in ready and owner.left():
            why, owner.asked = why or "whoever started the stack is gone", False
        if why is None and time.monotonic() - looked >= LOOK_SECONDS / 2:
            looked = time.monotonic()
            lost = [folder.path for folder in folders if folder.gone()]
            why = lost[0] + " is gone" if lost else None
        if why is not None:
            server.end(why)


main(sys.argv[1:])
