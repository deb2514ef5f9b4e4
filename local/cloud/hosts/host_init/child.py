"""What runs in a forked child: it becomes the command, or stands between the command's terminal and its sockets."""

import fcntl
import os
import select
import signal
import termios

MAX_FDS = 4096


def run_child(request, fds, master, slave):
    """Never returns."""
    try:
        if slave is None:
            become(request, fds)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        close_all_but({*fds, master, slave})
        relay(request, fds, master, slave)
    except BaseException as error:
        try:
            os.write(2, ("%s: %s\n" % (request["argv"][0], error)).encode())
        except OSError:
            pass
    finally:
        os._exit(127)


def become(request, fds, terminal=None):
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    if terminal is not None:
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    os.chdir(request["cwd"])
    for target in (0, 1, 2):
        os.dup2(fds[target], target)
    os.closerange(3, MAX_FDS)
    os.execvpe(request["argv"][0], request["argv"], request["env"])


def close_all_but(keep):
    """Only the sockets of this exec and the terminal: end of file must reach the others."""
    for fd in range(3, MAX_FDS):
        if fd not in keep:
            try:
                os.close(fd)
            except OSError:
                pass


def relay(request, streams, master, slave):
    """Runs a command on a terminal: copies between its master side and the sockets, ends as the command did."""
    pid = os.fork()
    if pid == 0:
        try:
            os.close(master)
            become(request, [slave, slave, slave], slave)
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
