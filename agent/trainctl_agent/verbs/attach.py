"""`attach`: connects stdin and stdout to the daemon. The end of stdin detaches; the final word ends it."""

import contextlib
import json
import os
import select
import time

from ..clients.connection import connect
from ..clients.events import hello, standing
from ..clients.gone import ended
from ..files import read_json, write_atomic
from ..json_lines import emit
from ..locks import locked


def run(directory, epoch):
    while True:
        sock = connect(directory)
        if sock is None:
            return attach_ended(directory, epoch)
        if relay(sock, epoch):
            return None
        time.sleep(0.1)


def attach_ended(directory, epoch):
    """Serves the final word from disk."""
    with locked(directory, "final", quiet=True):
        final = ended(directory)
        path = os.path.join(directory, "state", "epoch")
        newest = -1
        with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
            newest = int(file.read())
        if epoch < newest:
            emit({"t": "superseded", "epoch": newest})
            return
        write_atomic(path, b"%d" % epoch)
    last = read_json(os.path.join(directory, "state", "state.json")) or {}
    now = dict(
        last,
        phase="final",
        final=final,
        # Whoever trains here can write the word: what of it is whole is for the reader to say.
        **{name: final.get(name) for name in ("logBytes", "logUploaded", "step", "notice")},
    )
    emit(hello(epoch, now))
    for event in standing(now):
        emit(event)


def relay(sock, epoch):
    """Copies lines both ways; False when the daemon went away before its first word."""
    stdin_open, heard = True, False
    with sock:
        try:
            sock.sendall(json.dumps({"t": "attach", "epoch": epoch}).encode() + b"\n")
        except OSError:
            return False
        while True:
            ready, _, _ = select.select([sock, 0] if stdin_open else [sock], [], [])
            if 0 in ready:
                piece = os.read(0, 65536)
                if not piece:
                    return True
                with contextlib.suppress(OSError):
                    sock.sendall(piece)
            if sock in ready:
                try:
                    piece = sock.recv(65536)
                except OSError:
                    piece = b""
                if not piece:
                    return heard
                heard = True
                view = memoryview(piece)
                while view:
                    view = view[os.write(1, view) :]
