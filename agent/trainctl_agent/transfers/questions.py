"""Questions to whoever is attached, which a host without credentials cannot answer itself."""

import threading
import time

from ..sizes import size_text
from .errors import Transient


class Questions:
    """What is asked now and later until it is answered, or nobody has for too long."""

    def __init__(self, shared, deadline, patience):
        self.shared, self.deadline, self.patience = shared, deadline, patience
        self.condition, self.answers, self.asked = threading.Condition(), {}, 0

    def ask(self, event, wanted):
        """Says the event to whoever is attached, and returns the answer of the type that is wanted."""
        with self.condition:
            self.asked += 1
            event = dict(event, id=str(self.asked))
        until = time.time() + self.patience
        with self.shared.lock:
            self.shared.asking[event["id"]] = event
            self.shared.send(event)
        try:
            with self.condition:
                while not self.answered(event["id"], wanted):
                    left = min(until, self.deadline()) - time.time()
                    if left <= 0:
                        raise Transient(
                            "%s is too large for one upload, and nobody gave URLs for its parts in time"
                            % size_text(event["bytes"])
                        )
                    self.condition.wait(min(left, 1.0))
                answer = self.answers[event["id"]]
        finally:
            with self.shared.lock:
                self.shared.asking.pop(event["id"], None)
            with self.condition:
                self.answers.pop(event["id"], None)
        if answer["t"] == "refused":
            raise ValueError("it cannot be uploaded in parts: %s" % str(answer.get("why"))[:200])
        return answer

    def answered(self, number, wanted):
        answer = self.answers.get(number)
        if not answer or answer["t"] == "refused":
            return bool(answer)
        return answer["t"] == wanted and (wanted != "parts" or len(answer["urls"]) == answer["count"])

    def hear(self, answer):
        """A line of whoever is attached. URLs come in several; the first of them begins anew."""
        number = answer["id"]
        with self.condition:
            if number not in self.shared.asking:
                return
            before = self.answers.get(number)
            if answer["t"] == "parts" and answer["first"] > 1:
                if not before or before["t"] != "parts" or len(before["urls"]) != answer["first"] - 1:
                    return
                answer = dict(before, urls=before["urls"] + answer["urls"])
            self.answers[number] = answer
            self.condition.notify_all()
