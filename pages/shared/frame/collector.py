"""What is loaded has no part in the garbage collector's rounds.

A full round over a page's modules and Dask's takes 30 to 80 ms, in which no page of a hall is drawn. Streamlit makes
one after every script run and every poll, unless ``runner.postScriptGC`` is off, as in ``.streamlit/config.toml``: the
polls of a room of forty waited 0.3 to 1.7 s for it. Python itself makes few.
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
