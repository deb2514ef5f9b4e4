"""What makes the process the first of a machine of its own."""

import os

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
