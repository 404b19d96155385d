"""Is the process that wrote this still there? A process id alone can't tell: ids are used again."""

import os
import socket
from pathlib import Path
from typing import Any

import psutil


def this_process() -> dict[str, object]:
    """What identifies this process among all that ever ran here: host, pid, moment of its start."""
    told = {"host": socket.gethostname(), "pid": os.getpid(), "started": psutil.Process().create_time()}
    since_boot = _since_boot(os.getpid())
    return told | ({"since_boot": since_boot} if since_boot else {})


def is_alive(identity: dict[str, Any]) -> bool | None:
    """Whether that very process still runs; None where it can't be told because it is on another machine."""
    if identity.get("host") != socket.gethostname():
        return None
    try:
        process = psutil.Process(int(identity["pid"]))
        since_boot = identity.get("since_boot") and _since_boot(process.pid)
        if since_boot:
            same = since_boot == identity["since_boot"]
        else:
            same = abs(process.create_time() - float(identity["started"])) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, KeyError, TypeError, ValueError):
        return False


def _since_boot(pid: int) -> str:
    """When a process started, by what no clock that is set can move; "" where the system does not tell.

    Linux counts from its boot. The moment by the clock is made of that, so it moves with each correction of the clock,
    and a run that trains would look like one whose process is gone.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # The name of the program stands in brackets and may hold anything, brackets and spaces too
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return f"{boot} {fields[19]}"
    except (OSError, IndexError):
        return ""
