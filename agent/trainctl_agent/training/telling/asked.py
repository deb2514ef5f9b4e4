"""Files that tell the training what is asked of it: an end (TRAINCTL_STOP_FILE), a checkpoint
(TRAINCTL_CHECKPOINT_FILE)."""

import json
import os
import time

from ...errors import describe
from ...files import remove
from ...notes import note


def stop_file(directory):
    return os.path.join(directory, "asked", "stop.json")


def checkpoint_file(directory):
    return os.path.join(directory, "asked", "checkpoint.json")


class Asked:
    """Both, of a node's folder `directory`. They are beside the code, so no output and no checkpoint has them."""

    def __init__(self, directory):
        self.stop_file, self.checkpoint_file = stop_file(directory), checkpoint_file(directory)
        self.count = 0

    def open(self):
        """Nothing is asked at a start, whatever was there before."""
        folder = os.path.dirname(self.stop_file)
        remove(folder)
        os.makedirs(folder)

    def stop(self, reason, deadline):
        """`reason`: stop, notice, deadline, budget, lease or rebalance. `deadline`: epoch seconds at which what is
        left of the process is killed; None when nobody knows a time."""
        put(self.stop_file, {"reason": reason, "deadline": None if deadline is None else round(deadline, 3)})

    def stop_heard(self):
        """Whether the helper has told the training to stop."""
        return os.path.exists(self.stop_file + ".heard")

    def helper_polls(self):
        """Whether the helper has been asked for either."""
        return os.path.exists(self.stop_file + ".polled")

    def checkpoint(self):
        """Each ask has a number of its own, so that a second one is seen."""
        self.count += 1
        put(self.checkpoint_file, {"number": self.count, "at": round(time.time(), 3)})

    def checkpoint_answered(self):
        """Whether the training has removed the file: it has saved."""
        return not os.path.exists(self.checkpoint_file)

    def checkpoint_over(self):
        try:
            remove(self.checkpoint_file)
        except OSError as error:
            note("%s: %s" % (self.checkpoint_file, describe(error)))


def put(path, document):
    """There at once with all that it says. It is not flushed to the disk: whoever ends the training does not wait for
    that, and after a crash nobody asks. Where it cannot be written, the training still gets its signal."""
    try:
        with open(path + ".part", "w", encoding="ascii") as file:
            json.dump(document, file)
        os.replace(path + ".part", path)
    except OSError as error:
        note("%s: %s" % (path, describe(error)))
