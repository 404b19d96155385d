"""Runs that were deleted a moment ago, and can be had back by their owners (``core.lab.graves``)."""

from pathlib import Path

from core.lab import graves, owners, paths
from core.lab.files import read_json
from core.runs.store import Run, RunStoreError, is_run_id, not_let_go


def lay_aside(run: Run, owner: str) -> None:
    """Delete a run so that ``restore`` brings it back, for ``graves.UNDO_SECONDS``.

    Raises
    ------
    NotYoursError
        If it is somebody else's run.
    RunStoreError
        If the system does not let it go, as Windows does while its training process has files of it open.
    """
    run.must_belong_to(owner)
    try:
        graves.lay_aside(run.folder, run.id)
    except OSError as error:
        raise not_let_go(error) from error


def recent(owner: str) -> list[str]:
    """The ids of this person's runs that can be had back, the last deleted first."""
    return [run_id for run_id, grave in graves.recent(paths.runs()) if _is_of(grave, owner)]


def restore(run_id: str, owner: str) -> Run:
    """Put a deleted run back.

    Raises
    ------
    RunStoreError
        If it is gone for good, or somebody else's.
    """
    if not is_run_id(run_id) or not _is_of(graves.grave_of(paths.runs(), run_id), owner):
        raise RunStoreError("This run can't be brought back any more.")
    run = Run(run_id, paths.runs() / run_id)
    try:
        graves.restore(run.folder, run_id)
    except OSError as error:
        raise RunStoreError(f"The run could not be brought back: {error.strerror or error}.") from error
    return run


def sweep() -> None:
    """Remove for good what was deleted longer ago, whosever it was."""
    graves.sweep(paths.runs())


def _is_of(grave: Path, owner: str) -> bool:
    return owners.belongs_to((read_json(grave / "meta.json") or {}).get("owner", ""), owner)
