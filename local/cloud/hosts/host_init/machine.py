"""What makes the process the first of a machine of its own."""

import os
import signal

from ending import sweep

# ctypes is loaded where it is needed: a host is up in 15 ms.


def protect(shim, covers):
    """In a mount namespace of our own, programs that would end the real machine are covered by the shim."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    MS_BIND = 4096
    names = ("shutdown", "poweroff", "reboot", "halt", "init", "telinit", "systemctl", "systemd-run")
    for folder in ("/sbin", "/usr/sbin", "/bin", "/usr/bin"):
        for name in names:
            path = os.path.realpath(os.path.join(folder, name))
            if os.path.isfile(path) and os.path.basename(path) in names + ("systemd",):
                libc.mount(shim.encode(), path.encode(), None, MS_BIND, None)
    if os.path.isdir("/run/systemd/system"):
        libc.mount(b"tmpfs", b"/run/systemd/system", b"tmpfs", 0, None)
    for cover, path in covers:
        if libc.mount(os.fsencode(cover), os.fsencode(os.path.realpath(path)), None, MS_BIND, None) != 0:
            raise OSError(ctypes.get_errno(), "cannot cover %s by %s" % (path, cover))


def become_subreaper():
    """Orphans of the host come back to us."""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER) failed")


def keep():
    """Splits in two: the first process of the host goes on, below one that keeps it. Whichever of them is killed, the
    other ends everything that the host runs: orphans of the one that is kept come back to its keeper."""
    import ctypes

    PR_SET_PDEATHSIG = 1
    become_subreaper()
    keeper = os.getpid()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, lambda *_: left())
        become_subreaper()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != keeper:
            left()
        return
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            sweep()
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def left():
    """The keeper was killed."""
    sweep()
    os._exit(0)
