"""How busy the processor is with others: what a training may take without waiting for a thread that is not running."""

import os
import threading
import time
from collections import deque
from dataclasses import dataclass

import psutil

from core.lab.machine import n_cpus

_EVERY_SECONDS = 0.5
_WINDOW_SECONDS = 3.0  # shorter, and a page that is drawn counts as a load; longer, and a run notices too late
_FIRST_SECONDS = 0.2  # looked for where nobody has watched yet
_SPARE = 0.35  # of a core that others may use before it counts as taken: a browser that draws a curve takes 0.1 to 0.3


@dataclass(frozen=True)
class _Reading:
    at: float
    busy: float  # seconds of all cores that this process may use, since the machine started
    own: float  # seconds of this process


class Watch:
    """Reads the processor's clocks again and again, in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readings: deque[_Reading] = deque(maxlen=int(_WINDOW_SECONDS / _EVERY_SECONDS) + 1)
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Watch from now on, if it does not yet."""
        with self._lock:
            if self._thread is None:
                self._readings.append(_read())
                self._thread = threading.Thread(target=self._go_on, name="load", daemon=True)
                self._thread.start()

    def others(self) -> float:
        """Cores that other processes have used lately, on average; from 0 to all of them."""
        self.begin()
        now = _read()
        if now.at - self._readings[0].at < _FIRST_SECONDS:
            time.sleep(_FIRST_SECONDS)
            now = _read()
        with self._lock:
            before = self._readings[0]
            self._readings.append(now)
        others = (now.busy - before.busy) - (now.own - before.own)
        return min(float(n_cpus()), max(0.0, others / (now.at - before.at)))

    def _go_on(self) -> None:
        while True:
            time.sleep(_EVERY_SECONDS)
            reading = _read()
            with self._lock:
                self._readings.append(reading)


def _read() -> _Reading:
    cores = psutil.cpu_times(percpu=True)
    if hasattr(os, "sched_getaffinity"):
        cores = [cores[i] for i in os.sched_getaffinity(0) if i < len(cores)]
    # A guest's time stands in the user's too; time that is stolen is nobody's here, but not ours either
    double = ("idle", "iowait", "guest", "guest_nice")
    busy = sum(sum(core) - sum(getattr(core, name, 0.0) for name in double) for core in cores)
    own = psutil.Process().cpu_times()
    return _Reading(time.monotonic(), busy, own.user + own.system)


def free_cores() -> int:
    """Cores that a training may fill without sharing one with others; 1 at least."""
    return max(1, int(n_cpus() - WATCH.others() + _SPARE))


WATCH = Watch()
