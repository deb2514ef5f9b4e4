"""Connections to the host's socket: the streams of an exec, or its control."""

import json
import select
import socket

from execs import Execs

PEEK = 18
"""How much of a connection tells what it is, where it is a stream."""


class Control:
    """A control connection, and its exec once it has asked for one."""

    def __init__(self, connection):
        self.connection, self.job, self.buffer = connection, None, b""


class Connections:
    def __init__(self, path, poll):
        self.poll = poll
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(128)
        self.listener.setblocking(False)
        self.fresh, self.controls = {}, {}
        self.execs = Execs(self.forget)

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        self.fresh[connection.fileno()] = connection
        self.poll.register(connection, select.POLLIN)

    def ready(self, fd):
        """Something has come on one of them."""
        if fd in self.fresh:
            self.greet(self.fresh[fd])
        elif fd in self.controls:
            self.hear(self.controls[fd])

    def greet(self, connection):
        """Finds out what kind of connection it is, once enough has come."""
        try:
            head = connection.recv(PEEK, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            head = b""
        if not head:
            self.poll.unregister(connection)
            self.fresh.pop(connection.fileno(), None)
            connection.close()
        elif head[:1] != b"S":
            self.fresh.pop(connection.fileno())
            self.controls[connection.fileno()] = Control(connection)
        elif len(head) == PEEK:
            connection.recv(PEEK)
            self.poll.unregister(connection)
            self.fresh.pop(connection.fileno())
            connection.setblocking(True)
            self.execs.add_stream(head[1:17].decode(), int(head[17:18]), connection.detach())

    def hear(self, control):
        try:
            data = control.connection.recv(262144)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.forget(control.connection)
            return
        control.buffer += data
        while b"\n" in control.buffer:
            line, control.buffer = control.buffer.split(b"\n", 1)
            message = json.loads(line)
            if control.job is None:
                control.job = self.execs.add(control.connection, message)
            else:
                self.execs.order(control.job, message)

    def forget(self, connection):
        if connection.fileno() >= 0:
            self.controls.pop(connection.fileno(), None)
            try:
                self.poll.unregister(connection)
            except (KeyError, ValueError):
                pass
            connection.close()
