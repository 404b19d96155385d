"""What this machine has, as far as it can be told without torch."""

import os
import platform
from pathlib import Path

import psutil

_MOST_THREADS = 4
_MEMORY_OF_A_WORKER = 1.4e9  # bytes, with 50,000 pictures of 32 pixels or ResNet-18
_MEMORY_OF_OTHERS = 2.5e9  # of the system, a browser, the app: a laptop with 4 GB gets one worker, one with 8 GB four


def n_cpus() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_name() -> str:
    """The processor's name for people, such as ``"AMD EPYC"``."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown processor"


def memory_bytes() -> int:
    """Main memory in bytes."""
    return int(psutil.virtual_memory().total)


def most_threads() -> int:
    """Threads of one training at most.

    The handout's networks and batches are so small that more threads wait for one another longer than they work.
    """
    return min(_MOST_THREADS, n_cpus())


def default_n_workers() -> int:
    """Trainings at a time: one per core, as far as memory reaches, and one at least."""
    by_memory = int((memory_bytes() - _MEMORY_OF_OTHERS) / _MEMORY_OF_A_WORKER)
    return max(1, min(n_cpus(), by_memory))
