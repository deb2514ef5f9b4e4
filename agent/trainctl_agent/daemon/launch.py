"""Starts the daemon."""

import contextlib
import os
import signal
import traceback

from ..errors import AgentError
from ..json_lines import parse_line
from ..notes import note
from .main import daemon_main


def launch(directory, request, lock_fd):
    """Starts the daemon, detached from this connection, and returns its answer. The request, and with it the secrets,
    stays in memory: it reaches the daemon by fork."""
    answer_read, answer_write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            if os.fork() == 0:
                os.close(answer_read)
                detach(directory, keep=answer_write)
                status = daemon_main(directory, request, answer_write)
        except BaseException:
            note(traceback.format_exc())
        finally:
            os._exit(status)
    os.close(answer_write)
    os.waitpid(child, 0)
    with os.fdopen(answer_read, "rb") as file:
        answer = parse_line(file.readline())
    del lock_fd  # held until here: a second start waits for the first one's answer
    if answer is None:
        raise AgentError("internal", "the agent's daemon ended before the command ran: see state/agent.log on the host")
    if "code" in answer:
        raise AgentError(answer["code"], answer["message"])
    return answer


def detach(directory, keep):
    """No file of the connection stays open, or sshd would wait for it; no signal stays blocked or ignored."""
    log = os.open(os.path.join(directory, "state", "agent.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDWR)
    for fd, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, fd)
    for fd in range(3, 256):
        if fd != keep:
            with contextlib.suppress(OSError):
                os.close(fd)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
