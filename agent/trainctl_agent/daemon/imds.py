"""The instance metadata service."""

import calendar
import contextlib
import http.client
import json
import os
import time

from ..times import iso
from ..transfers.errors import Transient
from ..transfers.http import http_drop, http_open


class Imds:
    """Asks the instance metadata service (version 2) whether EC2 is about to take the instance."""

    def __init__(self):
        base = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or "http://169.254.169.254"
        self.base, self.token = base.rstrip("/"), None
        # It has answered what maintenance there is: that there is none is known then.
        self.sure = False

    def get(self, path):
        """The text at a path; None for 404 and for a service that does not answer."""
        for _ in range(2):
            try:
                if self.token is None:
                    response = http_open(
                        "PUT",
                        self.base + "/latest/api/token",
                        {"X-aws-ec2-metadata-token-ttl-seconds": "21600", "Content-Length": "0"},
                        timeout=1.0,
                    )
                    text = response.read(4096).decode("ascii", "replace")
                    if response.status != 200:
                        http_drop(self.base)
                        return None
                    self.token = text
                response = http_open(
                    "GET",
                    self.base + "/latest/meta-data/" + path,
                    {"X-aws-ec2-metadata-token": self.token},
                    timeout=1.0,
                )
                text = response.read(65536).decode("utf-8", "replace")
                if response.status != 401:
                    return text if response.status == 200 else None
                self.token = None
            except (Transient, OSError, http.client.HTTPException):
                http_drop(self.base)
                return None
        return None

    def notice(self):
        """A notice as contract/run/messages.ts has it, or None."""
        text = self.get("spot/instance-action")
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            document = json.loads(text) if text else None
            if document and document.get("action"):
                return {"source": "spot", "action": str(document["action"]), "time": self.time(document.get("time"))}
        text = self.get("events/maintenance/scheduled")
        self.sure = text is not None
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            events = [e for e in (json.loads(text) if text else []) if e.get("State", "active") == "active"]
            notices = [
                {
                    "source": "maintenance",
                    "action": str(e.get("Code", "maintenance")),
                    "time": self.coming(e.get("NotBefore")),
                }
                for e in events
            ]
            return min(notices, key=lambda n: n["time"]) if notices else None
        return None

    def rebalance(self):
        """Whether EC2 recommends to move away from this spot instance; it names no time."""
        return self.get("events/recommendations/rebalance") is not None

    @classmethod
    def coming(cls, text):
        """The time of maintenance. What is overdue may come at any moment."""
        at = cls.time(text)
        return at if at > iso(time.time()) else cls.time(None)

    @staticmethod
    def time(text):
        """ISO 8601 of a time as IMDS writes it (two ways); two minutes from now when it cannot be read."""
        for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%d %b %Y %H:%M:%S GMT"):
            with contextlib.suppress(ValueError, TypeError):
                return iso(calendar.timegm(time.strptime(text, form)))
        return iso(time.time() + 120)
