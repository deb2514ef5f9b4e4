"""Work beside other work."""

import concurrent.futures
import threading
import time
import traceback

from .errors import describe
from .notes import note

THREADS = 8


def parallel(function, items):
    """Runs function on every item in THREADS threads; the first error stops what has not begun, and is raised."""
    items = list(items)
    if len(items) <= 1:
        return [function(item) for item in items]
    with concurrent.futures.ThreadPoolExecutor(min(THREADS, len(items))) as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise


def background(function, name):
    """A daemon thread whose death is at least written down."""

    def guarded():
        try:
            function()
        except Exception:
            note("%s: %s" % (name, traceback.format_exc()))

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


def every(seconds, function, until=None):
    """Calls function at that pace until the event is set; what it raises is noted, and it goes on."""
    until = until or threading.Event()
    while not until.is_set():
        began = time.monotonic()
        try:
            function()
        except Exception as error:
            note("%s: %s" % (threading.current_thread().name, describe(error)))
        until.wait(max(0.05, seconds - (time.monotonic() - began)))
