"""What keeps a host from the machine that it runs on."""

import os

MS_BIND = 4096
PR_SET_CHILD_SUBREAPER = 36
NAMES = ("shutdown", "poweroff", "reboot", "halt", "init", "telinit", "systemctl", "systemd-run")


def cover_machine(shim, covers):
    """In a mount namespace of our own, programs that would end the real machine are covered by the shim."""
    import ctypes  # here, because the hosts that need neither start sooner without it

    libc = ctypes.CDLL(None, use_errno=True)
    for folder in ("/sbin", "/usr/sbin", "/bin", "/usr/bin"):
        for name in NAMES:
            path = os.path.realpath(os.path.join(folder, name))
            if os.path.isfile(path) and os.path.basename(path) in NAMES + ("systemd",):
                libc.mount(shim.encode(), path.encode(), None, MS_BIND, None)
    if os.path.isdir("/run/systemd/system"):
        libc.mount(b"tmpfs", b"/run/systemd/system", b"tmpfs", 0, None)
    for cover, path in covers:
        if libc.mount(os.fsencode(cover), os.fsencode(os.path.realpath(path)), None, MS_BIND, None) != 0:
            raise OSError(ctypes.get_errno(), "cannot cover %s by %s" % (path, cover))


def become_subreaper():
    import ctypes

    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER) failed")
