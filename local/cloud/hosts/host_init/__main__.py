"""The first process of a host (standard library only). It starts whatever the host runs, with the caller's sockets as
standard streams, and takes everything with it when it ends: as PID 1 of a PID namespace, as a subreaper that sweeps, or
(where neither exists) by process groups and an environment marker.

`python3 host_init SOCKET POWER_FIFO MODE MARKER SHIM [COVER FILE]...`: in a mount namespace each FILE of the machine is
covered by its COVER. Ends when its stdin does. Writes JSON lines on stdout.
On SOCKET a connection begins with `S<16 hex: id><0|1|2>` (a stream of that exec) or is a control connection: JSON
lines, first `{"id","argv","env","cwd","log":path|null,"pty":[rows,cols]|null}` (with `log` without streams), then
`{"signal":"TERM"}` or `{"size":[rows,cols]}`; it answers `{"pid"}` or `{"error"}`, then `{"exit"}` or `{"killed"}`.
"""

import json
import os
import select
import signal
import sys

from confinement import become_subreaper, cover_machine
from connections import Connections
from ending import end_everything
from execs import Execs


def say(event):
    try:
        os.write(1, (json.dumps(event) + "\n").encode())
    except OSError:
        pass


def wakes_on_children():
    """A descriptor that becomes readable whenever a child has ended."""
    wake_in, wake_out = os.pipe()
    os.set_blocking(wake_in, False)
    os.set_blocking(wake_out, False)
    signal.set_wakeup_fd(wake_out)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return wake_in


class PowerButton:
    """The FIFO into which the host's `poweroff` and `reboot` write what is to happen."""

    def __init__(self, path):
        if not os.path.exists(path):
            os.mkfifo(path, 0o600)
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.rest = b""

    def words(self):
        self.rest += drain(self.fd)
        *lines, self.rest = self.rest.split(b"\n")
        return [line.decode("ascii", "replace") for line in lines]


def drain(fd):
    try:
        return os.read(fd, 4096)
    except BlockingIOError:
        return b""


def main(socket_path, fifo_path, mode, marker, shim=None, *covers):
    if mode == "namespace" and shim and os.geteuid() == 0:
        cover_machine(shim, zip(covers[::2], covers[1::2]))
    elif mode == "subreaper":
        become_subreaper()

    wake = wakes_on_children()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poller = select.poll()
    execs = Execs()
    connections = Connections(socket_path, poller, execs)
    power = PowerButton(fifo_path)
    for fd in (0, wake, power.fd):
        poller.register(fd, select.POLLIN)
    say({"event": "ready", "pid": os.getpid()})

    while True:
        for fd, _ in poller.poll():
            if fd == 0:
                if not os.read(0, 4096):
                    end_everything(mode, marker, execs.sessions)
            elif fd == wake:
                drain(wake)
                execs.reap()
            elif fd == power.fd:
                for word in power.words():
                    say({"event": "power", "what": word})
            else:
                connections.ready(fd)
        execs.reap()


if __name__ == "__main__":
    main(*sys.argv[1:])
