"""Folders that were deleted a moment ago, and can be had back: laid aside under a name that nobody lists, then removed.

    <parent>/.deleted-<key>/     the folder as it was; the time in its ``deleted_at`` says since when
"""

import os
import shutil
import time
from pathlib import Path

from core.lab.files import read_json, write_json

UNDO_SECONDS = 600.0
PREFIX = ".deleted-"
_MARK = "deleted_at"


def grave_of(parent: Path, key: str) -> Path:
    """Where the folder of that key lies once it is deleted."""
    return parent / f"{PREFIX}{key}"


def bury(folder: Path, key: str) -> Path | None:
    """Put a folder where nobody lists it, at one stroke, to be removed at once; returns where, None if it was gone.

    Raises
    ------
    OSError
        If the system does not let it go, as Windows does while another process has files of it open.
    """
    grave = grave_of(folder.parent, key)
    try:
        os.replace(folder, grave)
    except FileNotFoundError:
        return None
    return grave


def lay_aside(folder: Path, key: str) -> None:
    """Delete a folder so that ``restore`` brings it back, for ``UNDO_SECONDS``; one that is gone stays gone.

    Raises
    ------
    OSError
        As of ``bury``; the folder is then as it was.
    """
    mark = folder / _MARK
    try:
        write_json(mark, {"time": time.time()})  # before: a grave without a time is anybody's to sweep
        bury(folder, key)
    except FileNotFoundError:  # somebody was faster
        return
    except OSError:
        mark.unlink(missing_ok=True)
        raise
    sweep(folder.parent)


def recent(parent: Path) -> list[tuple[str, Path]]:
    """Keys and folders of what can be had back, the last deleted first."""
    there = [(since, grave) for since, grave in _graves(parent) if not _is_over(since)]
    return [(grave.name.removeprefix(PREFIX), grave) for _, grave in sorted(there, reverse=True)]


def restore(folder: Path, key: str) -> None:
    """Put a folder back in its place.

    Raises
    ------
    OSError
        If it is gone for good, or another folder is in its place.
    """
    grave = grave_of(folder.parent, key)
    told = grave / _MARK
    since = told.read_bytes() if told.exists() else b""
    told.unlink(missing_ok=True)
    try:
        os.rename(grave, folder)
    except OSError:
        if since and grave.is_dir():
            told.write_bytes(since)
        raise


def sweep(parent: Path) -> None:
    """Remove for good what was deleted longer ago, whosever it was."""
    for since, grave in _graves(parent):
        if _is_over(since):
            shutil.rmtree(grave, ignore_errors=True)


def _graves(parent: Path) -> list[tuple[float, Path]]:
    """With their times; one without a time is being removed."""
    found = []
    for grave in parent.glob(f"{PREFIX}*"):
        told = read_json(grave / _MARK)
        found.append((float(told["time"]) if told else 0.0, grave))
    return found


def _is_over(since: float) -> bool:
    return abs(time.time() - since) > UNDO_SECONDS  # a clock that was set back keeps nothing for ever
