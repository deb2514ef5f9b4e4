"""What processes do in a moment: whether a program only waits while those that it has started work."""

import contextlib
import os
import time

from ..processes import waiting_in

SPAN, LOOKS = 0.5, 10
"""For how long they are watched, in seconds, and how often it is looked where one waits: on a busy machine it may just
be about to look whether the others have ended."""
WAITS, WORKS = 0.02, 0.1
"""The parts of one core's time that a program uses at most that only looks now and then whether others have ended, and
that a training uses at least."""
POLLS = (b"do_poll", b"do_sys_poll", b"ep_poll", b"do_epoll_wait", b"poll_schedule_timeout")
SLEEPS = (b"hrtimer_nanosleep", b"do_nanosleep")
CHILD = b"do_wait"
RUNS = (b"", b"0")


def work(pid):
    """(nanoseconds on a processor, how often it ran) of all of a process's threads; None where nobody says."""
    total = None
    with contextlib.suppress(OSError, ValueError, IndexError):
        for thread in os.listdir("/proc/%d/task" % pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                with open("/proc/%d/task/%s/schedstat" % (pid, thread), "rb") as file:
                    spent, _, times = file.read().split()
                total = (total or (0, 0))[0] + int(spent), (total or (0, 0))[1] + int(times)
    return total


def only_waits(pid, others, pause=time.sleep):
    """Whether a process waits for others: it sleeps, as one does that looks again later whether they have ended, and
    does next to nothing while one of them works; or it is woken by their end alone. It may be the training all the
    same, where its helpers work for long without it."""
    before, looks = {one: work(one) for one in (pid, *others)}, []
    for _ in range(LOOKS):
        looks += waits(pid)
        if looks and not looks[0]:
            return False
        pause(SPAN / LOOKS)
    looks += waits(pid)
    spent = {one: difference(then, work(one)) for one, then in before.items()}
    own = spent.pop(pid)
    if own is None or 2 * sum(looks) <= len(looks):
        return False
    done = [one for one in spent.values() if one is not None]
    if own[1] == 0 and until_woken(pid) and any(times for _, times in done):
        return True
    most = max((nanoseconds for nanoseconds, _ in done), default=0)
    return own[0] <= WAITS * SPAN * 1e9 and most >= WORKS * SPAN * 1e9


def waits(pid):
    """[whether it waits as one that looks again later, or for an end]; nothing of one that runs, or is about to."""
    place = waiting_in(pid)
    if place.startswith(SLEEPS) or until_woken(pid):
        return [True]
    return [] if place in RUNS else [False]


def until_woken(pid):
    return waiting_in(pid).startswith(POLLS) or waits_in_a_thread(pid)


def idle_since(pid, then):
    """Whether a process has done next to nothing since.

    @param then: (monotonic seconds, its work until then)"""
    spent = then and difference(then[1], work(pid))
    return bool(spent) and spent[0] <= WAITS * (time.monotonic() - then[0]) * 1e9


def difference(then, now):
    return None if then is None or now is None else (now[0] - then[0], now[1] - then[1])


def waits_in_a_thread(pid):
    """Whether any thread waits for a child to end."""
    with contextlib.suppress(OSError):
        return any(waiting_in(pid, thread) == CHILD for thread in os.listdir("/proc/%d/task" % pid))
    return False
