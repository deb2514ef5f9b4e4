"""The first process of a host (standard library only). It starts whatever the host runs, with the caller's sockets as
standard streams, and takes everything with it when it ends: as PID 1 of a PID namespace, as a subreaper that sweeps
(below a keeper, which does so when it is killed), or (where neither exists) by process groups and an environment
marker.

`host_init SOCKET POWER_FIFO MODE MARKER SHIM [COVER FILE]...`: in a mount namespace each FILE of the machine is
covered by its COVER. Ends when its stdin does. Writes JSON lines on stdout.
On SOCKET a connection begins with `S<16 hex: id><0|1|2>` (a stream of that exec) or is a control connection: JSON
lines, first `{"id","argv","env","cwd","streams":[0,1,2]|null,"log":path|null,"pty":[rows,cols]|null}`, then
`{"signal":"TERM"}` or `{"size":[rows,cols]}`; it answers `{"pid"}` or `{"error"}`, then `{"exit"}` or `{"killed"}`.
"""

import json
import os
import select
import signal
import sys

from connections import Connections
from ending import end
from machine import keep, protect


def main(path, fifo_path, mode, marker, shim=None, *covered):
    if mode == "namespace" and shim and os.geteuid() == 0:
        protect(shim, list(zip(covered[::2], covered[1::2])))
    elif mode == "subreaper":
        keep()
    wake = wakeups()
    poll = select.poll()
    connections = Connections(path, poll)
    if not os.path.exists(fifo_path):
        os.mkfifo(fifo_path, 0o600)
    power = Power(os.open(fifo_path, os.O_RDWR | os.O_NONBLOCK))
    for readable in (0, wake, connections.listener.fileno(), power.fd):
        poll.register(readable, select.POLLIN)
    say({"event": "ready", "pid": os.getpid()})
    while True:
        for fd, _ in poll.poll():
            if fd == 0:
                if not os.read(0, 4096):
                    end(mode, marker, connections.execs.sessions)
            elif fd == wake:
                try:
                    os.read(wake, 4096)
                except BlockingIOError:
                    pass
                connections.execs.reap()
            elif fd == power.fd:
                power.read()
            elif fd == connections.listener.fileno():
                connections.accept()
            else:
                connections.ready(fd)
        connections.execs.reap()


def wakeups():
    """A pipe on which something comes whenever a child has ended."""
    wake_in, wake_out = os.pipe()
    os.set_blocking(wake_in, False)
    os.set_blocking(wake_out, False)
    signal.set_wakeup_fd(wake_out)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return wake_in


class Power:
    """The words that the machine's own stand-ins for shutdown and reboot write."""

    def __init__(self, fd):
        self.fd, self.rest = fd, b""

    def read(self):
        try:
            self.rest += os.read(self.fd, 4096)
        except BlockingIOError:
            return
        while b"\n" in self.rest:
            word, self.rest = self.rest.split(b"\n", 1)
            say({"event": "power", "what": word.decode("ascii", "replace")})


def say(event):
    try:
        os.write(1, (json.dumps(event) + "\n").encode())
    except OSError:
        pass


main(*sys.argv[1:])
