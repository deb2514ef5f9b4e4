"""What lives beside the training."""

import os
import threading

from ..checkpoints.taking import Checkpoints
from ..checkpoints.telling import Telling
from ..clients.server import Server
from ..outputs.upload import Outputs
from ..outputs.watch import watch_sizes
from ..streams.log import Log
from ..streams.metrics import Metrics
from ..threads import background, every
from ..training.environment import training_env
from ..training.landing import write_landing
from ..training.signals import signal_number
from ..training.subreaper import become_subreaper
from ..training.telling.asked import Asked
from ..training.telling.hooks import place_hooks
from ..training.telling.polling import Polling
from ..training.tree import Training
from ..transfers.uploads import Uploads
from .alerts import Alerts
from .commands import Commands
from .deadline import Deadline
from .ending import Ending
from .lease import granted, write_lease
from .live import Live
from .main_thread import MainThread
from .notices import Notices
from .shared import Shared
from .shipping import Shipping
from .stopping import Stopping


class Daemon:
    """Supervises one training process until everything it left is in S3, whoever is or is not attached."""

    def __init__(self, directory, request):
        self.directory, self.request = directory, request
        self.shared, self.uploads = Shared(os.path.join(directory, "state")), Uploads(request["grants"])
        self.shared.uploads = self.uploads
        self.grace = float(request["checkpoints"].get("graceSeconds") or 0)
        self.deadline = Deadline(self.shared, self.uploads, self.grace)
        self.main, self.training = MainThread(), None
        # The process has ended; everything it left is uploaded.
        self.over, self.uploaded = threading.Event(), threading.Event()

    def start(self):
        """Starts the command; raises when it cannot be."""
        directory, request, shared = self.directory, self.request, self.shared
        code = os.path.join(directory, "code")
        for path in (code, os.path.join(code, "outputs")):
            os.makedirs(path, exist_ok=True)
        shared.lease.renew(granted(request))
        write_lease(shared.state_dir, shared.lease.left())
        place_hooks(directory)
        asked, signal = Asked(directory), signal_number(request["checkpoints"].get("signal"))
        asked.open()
        polling = Polling(request["command"], code, asked)
        telling = Telling(asked, polling, signal, self.main.signal_process)
        metrics = os.path.join(directory, "metrics")
        open(metrics, "ab").close()
        self.checkpoints = Checkpoints(directory, request, shared, self.uploads, telling, self.tree)
        self.checkpoints.open()
        self.outputs = Outputs(directory, request, shared, self.uploads, self.deadline)
        self.outputs.folder.note(shared.state_dir)
        self.stopping = Stopping(shared, self.checkpoints, self.main, self.grace, asked, polling)
        self.notices = Notices(shared, self.stopping, self.grace, float(request.get("noticeReserveSeconds") or 0))
        become_subreaper()
        self.main.heed_signals(lambda: self.stopping.stop("lease", self.grace))
        copy, steps = os.path.join(shared.state_dir, "metrics.copy"), request.get("steps")
        shared.metrics = Metrics(metrics, copy, steps, request.get("resumedFromStep"))
        self.alerts = Alerts(shared, request.get("alerts") or {}, lambda: self.stopping.stop("alert", self.grace))
        self.server = Server(Commands(self), shared)
        env = training_env(dict(request, restored=self.checkpoints.resumed), directory, self.checkpoints.root)
        write_landing(directory, env, request.get("secrets") or {})
        self.training = Training(request["command"], code, env)
        secrets = request.get("secrets")
        shared.log = Log(os.path.join(directory, "log"), self.training.out, self.training.err, secrets)
        self.shipping = Shipping(directory, shared, self.uploads, self.deadline, self.over)
        self.live = Live(request, shared, self.uploads, self.deadline)

    def tree(self):
        """The pids of the training."""
        return self.training.tree() if self.training else []

    def run(self):
        """From the started command to the final word."""
        shared = self.shared
        background(shared.log.run, "log")
        shared.set_phase("training")
        background(self.server.run, "server")
        background(self.checkpoints.run, "checkpoints")
        self.shipping_thread = background(lambda: every(0.5, self.shipping.ship, self.over), "uploads")
        self.live_thread = background(lambda: every(2.0, self.live.put, self.uploaded), "live")
        # As often as tells a checkpoint's step from its neighbours, for steps that are not quicker.
        background(lambda: every(0.1, shared.metrics.pump), "metrics")
        background(lambda: every(0.5, self.alerts.look), "alerts")
        background(lambda: every(2.0, self.notices.watch), "notices")
        if self.outputs.named() is None:
            background(lambda: watch_sizes(self.outputs, self.over, shared.warn), "sizes")
        while not self.training.reap():
            self.main.send_signals(self.training)
            self.stopping.tend(self.training)
            self.training.term.history.look()
            self.main.wait(0.1 if self.stopping.kill_at else 1.0)
        Ending(self).run()
