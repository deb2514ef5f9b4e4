"""Processes of the host."""

import contextlib
import ctypes
import os
import subprocess
import time

WAIT4, WAITID = (61, 260), (247, 95)
"""The numbers of these calls on x86-64 and on arm64, <asm/unistd.h>."""


def process_table():
    """{pid: (parent, zombie)} of every process, from /proc, else from ps."""
    table = {}
    if os.path.isdir("/proc/self"):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    with open("/proc/%s/stat" % name, "rb") as file:
                        fields = file.read().rpartition(b")")[2].split()
                    table[int(name)] = (int(fields[1]), fields[0] in (b"Z", b"X"))
        return table
    with contextlib.suppress(OSError, ValueError):
        text = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], stdout=subprocess.PIPE, check=False).stdout
        for line in text.decode("ascii", "replace").splitlines():
            pid, parent, state = line.split()[:3]
            table[int(pid)] = (int(parent), state.startswith("Z"))
    return table


def living_children(table, parent):
    """Of a process, in the table of all."""
    return [pid for pid, (above, zombie) in table.items() if above == parent and not zombie]


def descendants(root):
    """Every living process below `root`, parents first."""
    table, children = process_table(), {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        for pid in children.get(todo.pop(0), []):
            todo.append(pid)
            if not table[pid][1]:
                found.append(pid)
    return found


def start_ticks(pid):
    """When a process started: with its pid, its identity. None when it does not exist."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        try:
            os.kill(pid, 0)
            return 0
        except OSError:
            return None


def now_ticks():
    """The moment, as `start_ticks` counts; -1, before all, where they are not counted."""
    if not os.path.isdir("/proc/self"):
        return -1
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))


def alive(pid, ticks):
    """Whether that very process is there, and no zombie."""
    if start_ticks(pid) != ticks:
        return False
    with contextlib.suppress(OSError, IndexError):
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    return not os.path.isdir("/proc/self") and pid in process_table()


def command_line(pid):
    """The words that a process was started with, or has named itself by. Empty where nobody says."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return [os.fsdecode(word) for word in file.read().rstrip(b"\0").split(b"\0") if word]
    except OSError:
        return []


def leads_group(pid):
    """Whether a process was set apart, in a group or a session of its own."""
    try:
        return os.getpgid(pid) == pid
    except OSError:
        return False


def waits_for_child(pid):
    """Which of its children's end a process does nothing but wait for (Linux): its pid, -1 for any of them, 0 where
    that cannot be read; None for a process that does something else."""
    if waiting_in(pid) != b"do_wait":
        return None
    try:
        with open("/proc/%d/syscall" % pid, "rb") as file:
            number, first, second = (int(field, 0) for field in file.read().split()[:3])
    except (OSError, ValueError):
        return 0
    if number in WAITID:
        return second if first == 1 else -1  # P_PID, <linux/wait.h>
    return ctypes.c_int(first & 0xFFFFFFFF).value if number in WAIT4 else 0


def waiting_in(pid, thread=None):
    """The function of the kernel that a process's first thread, or one of its threads, waits in (Linux); b"" when it
    runs, and b"" or b"0" where nobody says."""
    try:
        with open("/proc/%d/task/%s/wchan" % (pid, thread or pid), "rb") as file:
            return file.read()
    except OSError:
        return b""


def environment(pid):
    """{name: value}, as a process was started with it. Empty where nobody says."""
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            pairs = [os.fsdecode(pair).partition("=") for pair in file.read().split(b"\0")]
    except OSError:
        return {}
    return {name: value for name, equals, value in pairs if equals}


def executable(pid):
    """The path of the program that a process runs, whatever it calls itself; "" where nobody says."""
    try:
        return os.readlink("/proc/%d/exe" % pid)
    except OSError:
        return ""


def thread_name(pid):
    """What the first thread of a process calls itself; "" where nobody says."""
    try:
        with open("/proc/%d/comm" % pid, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def boot_id():
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
