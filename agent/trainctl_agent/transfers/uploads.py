"""All writes of a node."""

import math
import threading
import time

from ..errors import Aborted
from .errors import Refused, Transient
from .post import post_object
from .retries import backoff


class Uploads:
    """All writes of a node: the grants now in force, and retries that know when the host must be done."""

    def __init__(self, grants):
        self.condition = threading.Condition()
        self.grants, self.version, self.succeeded = grants, 0, time.time()
        # When bytes have last moved, and how many in all.
        self.moved, self.sent = 0.0, 0

    def renew(self, grants):
        with self.condition:
            self.grants, self.version = grants, self.version + 1
            self.condition.notify_all()

    def count(self, count):
        with self.condition:
            self.moved, self.sent = time.time(), self.sent + count

    def grant(self, which):
        with self.condition:
            own = self.grants.get("outputs", {}).get(str(which)) if which is not None else None
            return own or self.grants["node"], self.version, own is not None

    def newer(self, version, seconds):
        """Waits for grants newer than `version`."""
        with self.condition:
            return self.condition.wait_for(lambda: self.version != version, max(0.0, seconds))

    def put(self, name, body, deadline, which=None, aborted=lambda: False, counts=True):
        """Uploads to `name` below the node's prefix, or below output `which`'s. `deadline()` is in epoch seconds and
        may move; a refusal is final unless the grant has expired and a new one comes in time. What does not count says
        nothing of whether the work of the process moves: nobody waits for it."""
        attempt, sent = 0, self.count if counts else lambda count: None
        while True:
            if aborted():
                raise Aborted()
            grant, version, _ = self.grant(which)
            try:
                post_object(grant, grant["keyPrefix"] + name, body, max(2.0, min(20.0, deadline() - time.time())), sent)
                self.succeeded = time.time()
                return
            except Refused as error:
                old = error.expired or grant.get("expires", math.inf) <= time.time()
                if not self.newer(version, min(30.0, deadline() - time.time()) if old else 0):
                    raise
            except Transient:
                pause = backoff(attempt)
                attempt += 1
                if time.time() + pause >= deadline():
                    raise
                self.newer(version, pause)
