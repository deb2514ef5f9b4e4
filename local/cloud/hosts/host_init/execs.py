"""What runs on the host for its callers."""

import json
import os
import signal

from commands import set_size, spawn, spawn_on_terminal


class Exec:
    def __init__(self, control, request):
        self.control, self.request = control, request
        self.pid = self.master = None


class Execs:
    """Starts an exec once all of its streams have arrived, and tells how it ends. `forget` closes its control
    connection."""

    def __init__(self, forget):
        self.forget = forget
        self.streams, self.waiting, self.running, self.sessions = {}, {}, {}, set()

    def add_stream(self, ident, number, fd):
        self.streams.setdefault(ident, {})[number] = fd
        self.pair(ident)

    def add(self, control, request):
        job = Exec(control, request)
        self.waiting[request["id"]] = job
        self.pair(request["id"])
        return job

    def pair(self, ident):
        job = self.waiting.get(ident)
        if job is None:
            return
        wanted = 0 if job.request.get("log") else 3
        have = self.streams.get(ident, {})
        if len(have) < wanted:
            return
        del self.waiting[ident]
        self.streams.pop(ident, None)
        self.start(job, [have[n] for n in range(wanted)])

    def start(self, job, streams):
        request, opened = job.request, list(streams)
        try:
            if request.get("log"):
                log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                opened.append(log)
                null = os.open(os.devnull, os.O_RDONLY)
                opened.append(null)
                streams = [null, log, log]
            if request.get("pty"):
                job.pid, job.master = spawn_on_terminal(request, streams)
            else:
                job.pid = spawn(request, streams)
            self.running[job.pid] = job
            self.sessions.add(job.pid)
            answer(job, {"pid": job.pid})
        except Exception as error:
            answer(job, {"error": str(error)})
            self.finish(job)
        finally:
            for fd in opened:
                os.close(fd)

    def order(self, job, message):
        """A signal, or a new size of the terminal."""
        if job.pid is None:
            return
        if "signal" in message:
            number = getattr(signal, "SIG" + message["signal"], None)
            if number is not None:
                try:
                    os.killpg(job.pid, number)
                except OSError:
                    pass
        elif "size" in message and job.master is not None:
            set_size(job.master, message["size"])

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            job = self.running.pop(pid, None)
            if job is None:
                continue
            if os.WIFSIGNALED(status):
                answer(job, {"killed": signal.Signals(os.WTERMSIG(status)).name[3:]})
            else:
                answer(job, {"exit": os.WEXITSTATUS(status)})
            self.finish(job)

    def finish(self, job):
        if job.master is not None:
            os.close(job.master)
            job.master = None
        self.forget(job.control)


def answer(job, event):
    try:
        job.control.setblocking(True)
        job.control.sendall((json.dumps(event) + "\n").encode())
        job.control.setblocking(False)
    except OSError:
        pass
