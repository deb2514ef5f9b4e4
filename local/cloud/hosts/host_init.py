"""The first process of a host (standard library only). It starts whatever the host runs, with the caller's sockets as
standard streams, and takes everything with it when it ends: as PID 1 of a PID namespace, as a subreaper that sweeps, or
(where neither exists) by process groups and an environment marker.

`host_init.py SOCKET POWER_FIFO MODE MARKER SHIM [COVER FILE]...`: in a mount namespace each FILE of the machine is
covered by its COVER. Ends when its stdin does. Writes JSON lines on stdout.
On SOCKET a connection begins with `S<16 hex: id><0|1|2>` (a stream of that exec) or is a control connection: JSON
lines, first `{"id","argv","env","cwd","streams":[0,1,2]|null,"log":path|null,"pty":[rows,cols]|null}`, then
`{"signal":"TERM"}` or `{"size":[rows,cols]}`; it answers `{"pid"}` or `{"error"}`, then `{"exit"}` or `{"killed"}`.
"""

import fcntl
import json
import os
import select
import signal
import socket
import struct
import sys
import termios

SOCKET, FIFO, MODE, MARKER = sys.argv[1:5]
SHIM = sys.argv[5] if len(sys.argv) > 5 else None
COVERS = list(zip(sys.argv[6::2], sys.argv[7::2]))
PEEK = 18


def say(event):
    try:
        os.write(1, (json.dumps(event) + "\n").encode())
    except OSError:
        pass


def protect():
    """In a mount namespace of our own, programs that would end the real machine are covered by the shim."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    MS_BIND = 4096
    names = ("shutdown", "poweroff", "reboot", "halt", "init", "telinit", "systemctl", "systemd-run")
    for folder in ("/sbin", "/usr/sbin", "/bin", "/usr/bin"):
        for name in names:
            path = os.path.realpath(os.path.join(folder, name))
            if os.path.isfile(path) and os.path.basename(path) in names + ("systemd",):
                libc.mount(SHIM.encode(), path.encode(), None, MS_BIND, None)
    if os.path.isdir("/run/systemd/system"):
        libc.mount(b"tmpfs", b"/run/systemd/system", b"tmpfs", 0, None)
    for cover, path in COVERS:
        if libc.mount(os.fsencode(cover), os.fsencode(os.path.realpath(path)), None, MS_BIND, None) != 0:
            raise OSError(ctypes.get_errno(), "cannot cover %s by %s" % (path, cover))


def subreaper():
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER) failed")


class Exec:
    def __init__(self, control, request):
        self.control = control
        self.request = request
        self.pid = None
        self.master = None


waiting_streams = {}
waiting_execs = {}
by_pid = {}
sessions = set()


def child(request, fds, slave):
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    if slave is not None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    os.chdir(request["cwd"])
    for target in (0, 1, 2):
        os.dup2(fds[target], target)
    os.closerange(3, 4096)
    os.execvpe(request["argv"][0], request["argv"], request["env"])


def relay(job, streams, slave, size):
    """Runs a command on a terminal: copies between its master side and the sockets, ends as the command did."""
    pid = os.fork()
    if pid == 0:
        try:
            os.close(job.master)
            child(job.request, [slave, slave, slave], slave)
        finally:
            os._exit(127)
    os.close(slave)
    source, sink = streams[0], streams[1]
    watch = [source, job.master]
    while job.master in watch:
        ready, _, _ = select.select(watch, [], [])
        for fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                watch.remove(fd)
                if fd == source:
                    # The client went away: the terminal hangs up.
                    try:
                        os.killpg(pid, signal.SIGHUP)
                    except OSError:
                        pass
                continue
            target = job.master if fd == source else sink
            try:
                while data:
                    data = data[os.write(target, data) :]
            except OSError:
                if fd == job.master:
                    watch.remove(fd)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def start(job, streams):
    request = job.request
    opened = []
    try:
        if request.get("log"):
            log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            null = os.open(os.devnull, os.O_RDONLY)
            opened = [log, null]
            fds = [null, log, log]
        else:
            fds = streams
        slave = None
        if request.get("pty"):
            job.master, slave = os.openpty()
            opened.append(slave)
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *request["pty"], 0, 0))
        pid = os.fork()
        if pid == 0:
            try:
                if slave is not None:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    # Only the sockets of this exec and the terminal: end of file must reach the others.
                    os.setsid()
                    keep = set(fds) | {job.master, slave}
                    for fd in range(3, 4096):
                        if fd not in keep:
                            try:
                                os.close(fd)
                            except OSError:
                                pass
                    relay(job, fds, slave, request["pty"])
                else:
                    child(request, fds, None)
            except BaseException as error:
                try:
                    os.write(2, ("%s: %s\n" % (request["argv"][0], error)).encode())
                except OSError:
                    pass
            finally:
                os._exit(127)
        job.pid = pid
        by_pid[pid] = job
        sessions.add(pid)
        answer(job, {"pid": pid})
    except Exception as error:
        answer(job, {"error": str(error)})
        finish(job)
    finally:
        for fd in opened:
            os.close(fd)
        for fd in streams:
            os.close(fd)


def answer(job, event):
    try:
        job.control.setblocking(True)
        job.control.sendall((json.dumps(event) + "\n").encode())
        job.control.setblocking(False)
    except OSError:
        pass


controls = {}


def finish(job):
    if job.master is not None:
        os.close(job.master)
        job.master = None
    forget(job.control)


def forget(conn):
    if conn.fileno() >= 0:
        controls.pop(conn.fileno(), None)
        try:
            poller.unregister(conn)
        except (KeyError, ValueError):
            pass
        conn.close()


def reap():
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        job = by_pid.pop(pid, None)
        if job is None:
            continue
        if os.WIFSIGNALED(status):
            answer(job, {"killed": signal.Signals(os.WTERMSIG(status)).name[3:]})
        else:
            answer(job, {"exit": os.WEXITSTATUS(status)})
        finish(job)


def order(conn, line):
    state = controls.get(conn.fileno())
    message = json.loads(line)
    if state["job"] is None:
        job = Exec(conn, message)
        state["job"] = job
        waiting_execs[message["id"]] = job
        pair(message["id"])
        return
    job = state["job"]
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
        fcntl.ioctl(job.master, termios.TIOCSWINSZ, struct.pack("HHHH", *message["size"], 0, 0))


def pair(ident):
    """Starts an exec once all of its streams have arrived."""
    job = waiting_execs.get(ident)
    if job is None:
        return
    wanted = 0 if job.request.get("log") else 3
    have = waiting_streams.get(ident, {})
    if len(have) < wanted:
        return
    del waiting_execs[ident]
    waiting_streams.pop(ident, None)
    start(job, [have[n] for n in range(wanted)])


def greet(conn):
    """Reads what kind of connection this is; False while not enough has come."""
    try:
        head = conn.recv(PEEK, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        head = b""
    if not head:
        poller.unregister(conn)
        fresh.pop(conn.fileno(), None)
        conn.close()
        return True
    if head[:1] != b"S":
        fresh.pop(conn.fileno())
        controls[conn.fileno()] = {"conn": conn, "job": None, "buffer": b""}
        return True
    if len(head) < PEEK:
        return False
    conn.recv(PEEK)
    poller.unregister(conn)
    fresh.pop(conn.fileno())
    ident, number = head[1:17].decode(), int(head[17:18])
    conn.setblocking(True)
    waiting_streams.setdefault(ident, {})[number] = conn.detach()
    pair(ident)
    return True


def hear(state):
    conn = state["conn"]
    try:
        data = conn.recv(262144)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if not data:
        forget(conn)
        return
    state["buffer"] += data
    while b"\n" in state["buffer"]:
        line, state["buffer"] = state["buffer"].split(b"\n", 1)
        order(conn, line)


def children_of():
    """Every process below us, through /proc."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    fields = file.read().rsplit(b")", 1)[1].split()
                if fields[0] != b"Z":
                    parents.setdefault(int(fields[1]), []).append(int(name))
            except OSError:
                pass
    found, todo = [], [os.getpid()]
    while todo:
        for pid in parents.get(todo.pop(), []):
            found.append(pid)
            todo.append(pid)
    return found


def kill(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass


def marked():
    import subprocess

    ps = subprocess.run(["ps", "-axww", "-E", "-o", "pid=,command="], capture_output=True)
    lines = [line for line in ps.stdout.decode("utf8", "replace").splitlines() if MARKER in line]
    return [pid for pid in (int(line.split(None, 1)[0]) for line in lines) if pid != os.getpid()]


def end():
    if MODE == "subreaper":
        while True:
            below = children_of()
            # Frozen first, so that none forks while the list is worked off.
            kill(below, signal.SIGSTOP)
            kill(below, signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
    elif MODE == "group":
        for pid in sessions:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        for _ in range(5):
            rest = marked()
            if not rest:
                break
            kill(rest, signal.SIGKILL)
    os._exit(0)


if MODE == "namespace" and SHIM and os.geteuid() == 0:
    protect()
elif MODE == "subreaper":
    subreaper()

wake_in, wake_out = os.pipe()
os.set_blocking(wake_in, False)
os.set_blocking(wake_out, False)
signal.set_wakeup_fd(wake_out)
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.signal(signal.SIGINT, signal.SIG_IGN)

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(SOCKET)
listener.listen(128)
listener.setblocking(False)
if not os.path.exists(FIFO):
    os.mkfifo(FIFO, 0o600)
fifo = os.open(FIFO, os.O_RDWR | os.O_NONBLOCK)
fresh = {}
power = b""

poller = select.poll()
for readable in (0, wake_in, listener.fileno(), fifo):
    poller.register(readable, select.POLLIN)
say({"event": "ready", "pid": os.getpid()})

while True:
    for fd, _mask in poller.poll():
        if fd == 0:
            if not os.read(0, 4096):
                end()
        elif fd == wake_in:
            try:
                os.read(wake_in, 4096)
            except BlockingIOError:
                pass
            reap()
        elif fd == fifo:
            try:
                power += os.read(fifo, 4096)
            except BlockingIOError:
                continue
            while b"\n" in power:
                word, power = power.split(b"\n", 1)
                say({"event": "power", "what": word.decode("ascii", "replace")})
        elif fd == listener.fileno():
            try:
                conn, _ = listener.accept()
            except OSError:
                continue
            conn.setblocking(False)
            fresh[conn.fileno()] = conn
            poller.register(conn, select.POLLIN)
        elif fd in fresh:
            greet(fresh[fd])
        elif fd in controls:
            hear(controls[fd])
    reap()
