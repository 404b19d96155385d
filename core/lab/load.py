"""How busy the processor is with others: what a training may take without waiting for a thread that is not running."""

import contextlib
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from core.lab.machine import n_cpus

_EVERY_SECONDS = 0.5
_WINDOW_SECONDS = 3.0  # shorter, and a page that is drawn counts as a load; longer, and a run notices too late
_FAMILY_SECONDS = 3.0
_FIRST_SECONDS = 0.2  # looked for where nobody has watched yet
SPARE = 0.35  # of a core that others may use before it counts as taken: a browser that draws a curve takes 0.1 to 0.3


@dataclass(frozen=True)
class _Reading:
    at: float
    busy: float  # seconds of all cores that this process may use, since the machine started
    own: float  # seconds of what is not "others"


def of_this_process() -> float:
    """Seconds that this process has used."""
    own = psutil.Process().cpu_times()
    return float(own.user + own.system)


def family_seconds() -> Callable[[], float]:
    """Gives the seconds that this process and all that it has started have used; whom it has, is looked up seldom."""
    family: list[psutil.Process] = []
    looked = -math.inf

    def read() -> float:
        nonlocal family, looked
        if time.monotonic() - looked > _FAMILY_SECONDS:
            looked = time.monotonic()
            family = psutil.Process().children(recursive=True)
        total = of_this_process()
        for process in family:
            with contextlib.suppress(psutil.Error):  # it has ended
                used = process.cpu_times()
                total += used.user + used.system
        return total

    return read


class Watch:
    """Reads the processor's clocks again and again, in a thread of its own.

    Parameters
    ----------
    own : callable
        Gives the seconds of what does not count as others; by default this process.
    """

    def __init__(self, own: Callable[[], float] = of_this_process) -> None:
        self._own = own
        self._lock = threading.Lock()
        self._readings: deque[_Reading] = deque(maxlen=int(_WINDOW_SECONDS / _EVERY_SECONDS) + 1)
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Watch from now on, if it does not yet."""
        with self._lock:
            if self._thread is None:
                self._readings.append(_read(self._own))
                self._thread = threading.Thread(target=self._go_on, name="load", daemon=True)
                self._thread.start()

    def others(self) -> float:
        """Cores that other processes have used lately, on average; from 0 to all of them."""
        self.begin()
        with self._lock:
            before, now = self._readings[0], self._readings[-1]
        if now.at - before.at < _FIRST_SECONDS:
            time.sleep(max(0.0, _FIRST_SECONDS - (time.monotonic() - before.at)))
            now = _read(self._own)
        others = (now.busy - before.busy) - (now.own - before.own)
        return min(float(n_cpus()), max(0.0, others / (now.at - before.at)))

    def _go_on(self) -> None:
        while True:
            time.sleep(_EVERY_SECONDS)
            reading = _read(self._own)
            with self._lock:
                self._readings.append(reading)


def _read(own: Callable[[], float]) -> _Reading:
    cores = psutil.cpu_times(percpu=True)
    if hasattr(os, "sched_getaffinity"):
        cores = [cores[i] for i in os.sched_getaffinity(0) if i < len(cores)]
    # A guest's time stands in the user's too; time that is stolen is nobody's here, but not ours either
    double = ("idle", "iowait", "guest", "guest_nice")
    busy = sum(sum(core) - sum(getattr(core, name, 0.0) for name in double) for core in cores)
    return _Reading(time.monotonic(), busy, own())


def free_cores() -> int:
    """Cores that a training may fill without sharing one with others; 1 at least."""
    return max(1, int(n_cpus() - WATCH.others() + SPARE))


WATCH = Watch()
