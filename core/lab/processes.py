"""Is the process that wrote this still there? A process id alone can't tell: ids are used again."""

import os
import socket
from typing import Any

import psutil


def this_process() -> dict[str, object]:
    """What identifies this process among all that ever ran here: host, pid, moment of its start."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "started": psutil.Process().create_time()}


def is_alive(identity: dict[str, Any]) -> bool | None:
    """Whether that very process still runs; None where it can't be told because it is on another machine."""
    if identity.get("host") != socket.gethostname():
        return None
    try:
        process = psutil.Process(int(identity["pid"]))
        same = abs(process.create_time() - float(identity["started"])) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, KeyError, TypeError, ValueError):
        return False
