"""`probe`: what the host is, for people and for the choice of tools."""

import contextlib
import os
import shutil
import subprocess
import sys

from ..install.tools import find_uv
from ..paths import home


def run(_request):
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "uv": uv_version(),
        "cpus": cpus,
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "diskFreeBytes": shutil.disk_usage(home()).free,
        "gpus": gpu_names(),
    }


def uv_version():
    """None where there is no uv; the path of one that does not say its version."""
    uv = find_uv()
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if uv:
            uv = (
                subprocess.run([uv, "--version"], stdout=subprocess.PIPE, timeout=10, check=True)
                .stdout.decode()
                .split()[1]
            )
    return uv


def gpu_names():
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        found = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=True,
        ).stdout.decode("utf-8", "replace")
        return [line.strip() for line in found.splitlines() if line.strip()]
    return []
