"""Who uses an accelerator of the host."""

import contextlib
import os
import re

DEVICE = re.compile(r"/dev/(nvidia\d|nvidia-uvm|kfd|dri/render|neuron\d|accel\d|accel/|vfio/|davinci\d|hl\d)")


def uses_accelerator(pid):
    """Whether a process has one open: NVIDIA's, AMD's, AWS's, Intel's, Google's, Huawei's, Habana's."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/%d/fd" % pid):
            with contextlib.suppress(OSError):
                if DEVICE.match(os.readlink("/proc/%d/fd/%s" % (pid, name))):
                    return True
    return False
