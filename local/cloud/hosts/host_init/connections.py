"""The socket on which the host takes orders: tells streams from control connections, and brings together what belongs
to one exec."""

import json
import select
import socket

from execs import Exec

# `S`, 16 hex digits, the number of the stream.
STREAM_HEADER = 18


class Control:
    """A connection that asks for one exec, tells it things, and hears how it ends."""

    def __init__(self, conn):
        self.conn = conn
        self.exec = None
        self.buffer = b""

    def answer(self, event):
        try:
            self.conn.setblocking(True)
            self.conn.sendall((json.dumps(event) + "\n").encode())
            self.conn.setblocking(False)
        except OSError:
            pass

    def lines(self):
        """The lines that have come whole; None once the caller has hung up."""
        try:
            data = self.conn.recv(262144)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            return None
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        return lines


class Connections:
    def __init__(self, path, poller, execs):
        self.poller = poller
        self.execs = execs
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(128)
        self.listener.setblocking(False)
        poller.register(self.listener, select.POLLIN)
        # By file descriptor: connections that have not said yet what they are, and those that give orders.
        self.fresh = {}
        self.controls = {}
        # By id: what has come of an exec that cannot start yet.
        self.streams = {}
        self.requested = {}

    def ready(self, fd):
        """Something has come on a descriptor."""
        if fd == self.listener.fileno():
            self.accept()
        elif fd in self.fresh:
            self.greet(self.fresh[fd])
        elif fd in self.controls:
            self.hear(self.controls[fd])

    def accept(self):
        try:
            conn, _ = self.listener.accept()
        except OSError:
            return
        conn.setblocking(False)
        self.fresh[conn.fileno()] = conn
        self.poller.register(conn, select.POLLIN)

    def greet(self, conn):
        """Finds out what kind of connection this is, once enough has come."""
        try:
            head = conn.recv(STREAM_HEADER, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            head = b""
        if not head:
            self.poller.unregister(conn)
            del self.fresh[conn.fileno()]
            conn.close()
        elif head[:1] != b"S":
            del self.fresh[conn.fileno()]
            self.controls[conn.fileno()] = Control(conn)
        elif len(head) == STREAM_HEADER:
            conn.recv(STREAM_HEADER)
            self.poller.unregister(conn)
            del self.fresh[conn.fileno()]
            ident, number = head[1:17].decode(), int(head[17:18])
            conn.setblocking(True)
            self.streams.setdefault(ident, {})[number] = conn.detach()
            self.start_if_whole(ident)

    def hear(self, control):
        lines = control.lines()
        if lines is None:
            self.forget(control)
        for line in lines or []:
            message = json.loads(line)
            if control.exec is None:
                control.exec = Exec(message, control.answer, lambda: self.forget(control))
                self.requested[message["id"]] = control.exec
                self.start_if_whole(message["id"])
            elif "signal" in message:
                control.exec.signal(message["signal"])
            elif "size" in message:
                control.exec.resize(message["size"])

    def start_if_whole(self, ident):
        """Starts an exec once all of its streams have arrived."""
        wanted = self.requested.get(ident)
        if wanted is None:
            return
        count = 0 if wanted.request.get("log") else 3
        have = self.streams.get(ident, {})
        if len(have) < count:
            return
        del self.requested[ident]
        self.streams.pop(ident, None)
        self.execs.start(wanted, [have[number] for number in range(count)])

    def forget(self, control):
        fd = control.conn.fileno()
        if fd >= 0:
            self.controls.pop(fd, None)
            try:
                self.poller.unregister(fd)
            except (KeyError, ValueError):
                pass
            control.conn.close()
