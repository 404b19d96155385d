"""Runs that were deleted a moment ago, and can be had back: laid aside under a name that nobody lists, then removed.

    runs/.deleted-<id>/     the run's folder as it was; the time of ``deleted_at`` in it says since when
"""

import os
import shutil
import time
from pathlib import Path

from core.lab import owners, paths
from core.lab.files import read_json, write_json
from core.runs.store import GRAVE, Run, RunStoreError, is_run_id

UNDO_SECONDS = 600.0
_MARK = "deleted_at"


def lay_aside(run: Run, owner: str) -> None:
    """Delete a run so that ``restore`` brings it back, for ``UNDO_SECONDS``.

    Raises
    ------
    NotYoursError
        If it is somebody else's run.
    RunStoreError
        If the system does not let it go, as Windows does while its training process has files of it open.
    """
    run.must_belong_to(owner)
    mark = run.folder / _MARK
    try:
        write_json(mark, {"time": time.time()})  # before: a grave without a time is anybody's to sweep
        run.bury()
    except FileNotFoundError:  # somebody was faster
        return
    except RunStoreError:
        mark.unlink(missing_ok=True)
        raise
    sweep()


def recent(owner: str) -> list[str]:
    """The ids of this person's runs that can be had back, the last deleted first."""
    mine = [(since, grave) for since, grave in _graves() if _is_of(grave, owner) and not _is_over(since)]
    return [grave.name.removeprefix(GRAVE) for _, grave in sorted(mine, reverse=True)]


def restore(run_id: str, owner: str) -> Run:
    """Put a deleted run back.

    Raises
    ------
    RunStoreError
        If it is gone for good, or somebody else's.
    """
    grave = paths.runs() / f"{GRAVE}{run_id}"
    if not is_run_id(run_id) or not _is_of(grave, owner):
        raise RunStoreError("This run can't be brought back any more.")
    run = Run(run_id, paths.runs() / run_id)
    (grave / _MARK).unlink(missing_ok=True)
    try:
        os.rename(grave, run.folder)
    except OSError as error:
        raise RunStoreError(f"The run could not be brought back: {error.strerror or error}.") from error
    return run


def sweep() -> None:
    """Remove for good what was deleted longer ago, whosever it was."""
    for since, grave in _graves():
        if _is_over(since):
            shutil.rmtree(grave, ignore_errors=True)


def _graves() -> list[tuple[float, Path]]:
    """With their times; one without a time is being removed."""
    found = []
    for grave in paths.runs().glob(f"{GRAVE}*"):
        told = read_json(grave / _MARK)
        found.append((float(told["time"]) if told else 0.0, grave))
    return found


def _is_over(since: float) -> bool:
    return abs(time.time() - since) > UNDO_SECONDS  # a clock that was set back keeps nothing for ever


def _is_of(grave: Path, owner: str) -> bool:
    return owners.belongs_to((read_json(grave / "meta.json") or {}).get("owner", ""), owner)
