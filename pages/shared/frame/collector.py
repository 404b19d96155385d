"""Streamlit collects all garbage after every script run and every poll: what is loaded has no part in that.

With a page's modules and Dask's loaded a round took 30 to 80 ms: five sixths of what a poll cost, for all people of a
hall on one core, and taken from the training on the same machine.
"""

import gc
import sys
import threading

_MANY_MODULES = 30  # a page brings some, Dask's client 300: it is loaded behind the first visit


class _Spared:
    """How much was loaded when the collector was last told."""

    def __init__(self) -> None:
        self._n_modules = 0
        self._lock = threading.Lock()

    def spare(self) -> None:
        """Freeze what there is, if much has been loaded since the last time."""
        if len(sys.modules) < self._n_modules + _MANY_MODULES or not self._lock.acquire(blocking=False):
            return
        try:
            self._n_modules = len(sys.modules)
            gc.collect()
            gc.freeze()
        finally:
            self._lock.release()


_SPARED = _Spared()


def spare_the_collector() -> None:
    """Take what was imported since out of the collector's rounds; called with each visit and each poll, at no cost."""
    _SPARED.spare()
