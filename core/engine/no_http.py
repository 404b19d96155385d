"""What Dask runs in the local scheduler and in each worker as it starts: closes the port of its status pages.

Dask has no switch for that port. A file of its own, and small, as every worker imports it.
"""

from typing import Any


def dask_setup(service: Any) -> None:
    """Dask's name for it: called with the scheduler or the worker."""
    service.http_server.stop()
