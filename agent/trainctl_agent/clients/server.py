"""The unix socket of the daemon."""

import contextlib
import os
import socket

from ..files import write_atomic
from ..json_lines import parse_line, to_json
from ..sizes import MIB
from ..threads import background
from .client import Client
from .events import hello, standing


class Server:
    """Serves `attach`, and the one-line requests of stop, checkpoint and status."""

    def __init__(self, commands, shared):
        self.commands, self.shared = commands, shared
        os.chdir(self.shared.state_dir)  # a relative name: socket paths end at 108 bytes
        with contextlib.suppress(FileNotFoundError):
            os.unlink("agent.sock")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind("agent.sock")
        os.chmod("agent.sock", 0o600)
        self.socket.listen(16)

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            background(lambda c=connection: self.serve(c), "client")

    def serve(self, sock):
        sock.settimeout(60)
        with sock, sock.makefile("rb") as lines:
            request = parse_line(lines.readline(MIB))
            if request is None:
                return
            if request.get("t") == "attach":
                self.attach(sock, lines, int(request.get("epoch") or 0))
            else:
                answer = self.commands.answer(request)
                sock.sendall(to_json(answer).encode() + b"\n")

    def attach(self, sock, lines, epoch):
        """Serves the newest epoch: whoever comes with it replaces the one before; an older one is told so."""
        client, shared = Client(sock, self.shared), self.shared
        if not self.replace(client, epoch):
            return
        with contextlib.suppress(OSError):
            write_atomic(os.path.join(shared.state_dir, "epoch"), b"%d" % epoch)
        background(client.write, "client writer")
        sock.settimeout(None)
        with contextlib.suppress(OSError, ValueError):
            self.listen(client, lines)
        if shared.client is not client or shared.final is not None:
            client.done.wait(60)  # its last words are still on their way
        with shared.lock:
            if shared.client is client:
                shared.client = None
        client.queue.put("close")

    def replace(self, client, epoch):
        """Makes it the client that is served, unless a newer one is."""
        shared = self.shared
        with shared.lock:
            if epoch < shared.epoch:
                client.line({"t": "superseded", "epoch": shared.epoch})
                return False
            if shared.client:
                shared.client.queue.put({"t": "superseded", "epoch": epoch})
                shared.client.queue.put("close")
            shared.epoch = epoch
            shared.client = client
            client.queue.put(list(self.replay()))
        return True

    def listen(self, client, lines):
        """Obeys the client while it is the one that is served."""
        while True:
            line = lines.readline(MIB)
            if not line:
                return
            command = parse_line(line)
            with self.shared.lock:
                current = self.shared.client is client
            if command is not None and current:
                self.commands.answer(command)

    def replay(self):
        """The hello, and what stands: a client that comes back has missed nothing that matters."""
        now = self.shared.snapshot()
        yield hello(self.shared.epoch, now)
        for event in standing(now):
            yield event
        for event in list(self.shared.asking.values()):
            yield event
