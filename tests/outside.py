"""Watches what this process does outside the lab's folder: the files that it opens, and what it starts or calls up.

Python tells of each file, process and connection by its audit events, whichever library asks for it. A test that gives
the lab something hostile holds them against what the lab has any business with.
"""

import os
import site
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

# Events to the places among their arguments that name a path, and the open folder that it may be relative to
_CHANGES = {
    "os.mkdir": ((0, 2),), "os.rmdir": ((0, 1),), "os.remove": ((0, 1),), "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)), "os.symlink": ((1, 2),), "os.truncate": ((0, None),), "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),), "os.utime": ((0, 3),), "shutil.rmtree": ((0, None),), "shutil.move": ((0, None), (1, None)),
    "shutil.copyfile": ((1, None),), "shutil.unpack_archive": ((0, None),), "sqlite3.connect": ((0, None),),
}  # fmt: skip
_READS = {"os.listdir": ((0, None),), "os.scandir": ((0, None),)}
_CALLS = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn",
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "webbrowser.open",
    "ftplib.connect", "smtplib.connect",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_heard: list[tuple[str, str]] | None = None  # None while nobody watches: there is no way to take an audit hook back
_lock = threading.Lock()


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _heard is None:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = any(sign in str(mode or "") for sign in "wax+") or bool((flags or 0) & _WRITES)
        _note("writes" if writes else "reads", path)
    elif event in _CHANGES or event in _READS:
        for place, folder in _CHANGES.get(event, _READS.get(event, ())):
            within = -1 if folder is None else arguments[folder]
            _note("writes" if event in _CHANGES else "reads", arguments[place], within)
    elif event in _CALLS:
        with _lock:
            _heard.append(("calls", f"{event} {arguments!r}"[:300]))


def _note(what: str, path: object, folder: int = -1) -> None:
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if isinstance(path, str) and folder >= 0:
        try:
            path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
        except OSError:  # a system that does not tell an open folder's path
            return
    if isinstance(path, str | os.PathLike) and _heard is not None:  # an open file's number names no new path
        with _lock:
            _heard.append((what, os.path.abspath(os.fspath(path))))


sys.addaudithook(_hear)

# What Python, its packages and the system read for themselves
_OWN = tuple(
    str(Path(place).resolve())
    for place in (sys.prefix, sys.base_prefix, *site.getsitepackages(), sysconfig.get_path("stdlib"), ROOT)
)
_SYSTEM = (
    "/proc", "/sys", "/dev/null", "/dev/urandom", "/dev/shm", "/usr/share/fonts", "/usr/share/zoneinfo",
    "/etc/localtime", "/etc/fonts", "/etc/mime.types",
)  # fmt: skip


@contextmanager
def watched(*allowed: Path) -> Iterator[list[str]]:
    """What happens in the ``with``, as lines that say what nobody had any business with; filled at its end.

    Parameters
    ----------
    allowed : path
        Folders, such as the lab's, in which anything goes.
    """
    global _heard
    strange: list[str] = []
    places = [str(place.resolve()) for place in allowed]
    _heard = []
    try:
        yield strange
    finally:
        heard, _heard = _heard, None
        for what, which in heard:
            if what == "calls":
                strange.append(f"{what} {which}")
                continue
            real = os.path.realpath(which)
            within = [*places, *(() if what == "writes" else (*_OWN, *_SYSTEM))]
            if "__pycache__" in real or any(real == place or real.startswith(place + os.sep) for place in within):
                continue
            strange.append(f"{what} {which}")


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """What lies below a folder: names to size and time of change, links as themselves."""
    found = {}
    for path in folder.rglob("*"):
        told = path.lstat()
        found[str(path.relative_to(folder))] = (told.st_size, told.st_mtime_ns)
    return found


def how_many(of_all: int, sample: int) -> int:
    """How many hostile things a test tries: a sample, and by hand (``CHALKNET_FUZZ=all``) all of them."""
    return of_all if os.environ.get("CHALKNET_FUZZ") == "all" else sample
