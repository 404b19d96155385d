"""What this machine has, as far as it can be told without torch."""

import os
import platform
from pathlib import Path

import psutil


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


def default_n_threads() -> int:
    """Threads of one training.

    Two: the handout's networks and batches are so small that more threads wait for one another longer than they work.
    """
    return min(2, n_cpus())


def default_n_workers() -> int:
    """Trainings at a time: each with its threads on cores of its own, and 1.5 GB of memory."""
    by_cores = n_cpus() // default_n_threads()
    by_memory = int(memory_bytes() / 1.5e9)
    return max(1, min(by_cores, by_memory))
