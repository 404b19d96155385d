"""What the runs of each person take on the disk: asked at each press of Train, reckoned now and then."""

import threading
import time
from pathlib import Path

from core.lab import owners, paths
from core.lab.remembered import Remembered
from core.runs import table

FRESH_SECONDS = 20.0  # so long a sum counts: forty people who press at once look at the disk once

_SUMS: Remembered[Path, tuple[float, dict[str, int]]] = Remembered(2)  # an app has one store
_LOCK = threading.Lock()


def bytes_of(owner: str) -> int:
    """Bytes of all runs of the person with this key, as they were a moment ago."""
    store = paths.runs()
    with _LOCK:
        known = _SUMS.get(store)
        if known is None or time.monotonic() - known[0] > FRESH_SECONDS:
            sums = table.read(store).runs.groupby("owner")["bytes"].sum()
            known = time.monotonic(), {str(mark): int(n) for mark, n in sums.items()}
            _SUMS.put(store, known)
    return known[1].get(owners.owner_mark(owner), 0)


def forget() -> None:
    """Look at the disk anew the next time: somebody has just made room."""
    with _LOCK:
        _SUMS.forget(paths.runs())
