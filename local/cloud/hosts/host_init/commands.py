"""Commands: with the caller's streams, or on a terminal."""

import fcntl
import os
import select
import signal
import struct
import termios


def spawn(request, fds):
    """Runs a command with these streams; returns its pid."""
    pid = os.fork()
    if pid == 0:
        guarded(request, lambda: child(request, fds, None))
    return pid


def spawn_on_terminal(request, streams):
    """Runs a command on a terminal of the size that it asks for; returns the pid and the terminal's master side."""
    master, slave = os.openpty()
    try:
        set_size(master, request["pty"])
        pid = os.fork()
        if pid == 0:
            guarded(request, lambda: relay_alone(request, streams, master, slave))
        return pid, master
    except BaseException:
        os.close(master)
        raise
    finally:
        os.close(slave)


def set_size(master, size):
    """Rows and columns of a terminal."""
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))


def guarded(request, function):
    """In a child: what cannot be run is told on its stderr."""
    try:
        function()
    except BaseException as error:
        try:
            os.write(2, ("%s: %s\n" % (request["argv"][0], error)).encode())
        except OSError:
            pass
    finally:
        os._exit(127)


def relay_alone(request, streams, master, slave):
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # Only the sockets of this exec and the terminal: end of file must reach the others.
    os.setsid()
    keep = {*streams, master, slave}
    for fd in range(3, 4096):
        if fd not in keep:
            try:
                os.close(fd)
            except OSError:
                pass
    relay(request, streams, master, slave)


def child(request, fds, slave):
    """Becomes the command."""
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


def relay(request, streams, master, slave):
    """Runs a command on a terminal: copies between its master side and the sockets, ends as the command did."""
    pid = os.fork()
    if pid == 0:
        try:
            os.close(master)
            child(request, [slave, slave, slave], slave)
        finally:
            os._exit(127)
    os.close(slave)
    source, sink = streams[0], streams[1]
    watch = [source, master]
    while master in watch:
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
            target = master if fd == source else sink
            try:
                while data:
                    data = data[os.write(target, data) :]
            except OSError:
                if fd == master:
                    watch.remove(fd)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))
