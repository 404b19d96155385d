"""Own sets that were deleted a moment ago, and can be had back by who deleted them (``core.lab.graves``).

The key of a grave is the set's name and the person's mark: two people who delete the same pictures, one after the
other, have a way back each.
"""

import shutil

from core.datasets import arrays
from core.datasets.info import DatasetError
from core.datasets.own import holders, sets
from core.datasets.own.content import NAME_PATTERN
from core.lab import graves, owners, paths


def lay_aside(name: str, owner: str, *, this_machine_alone: bool = False) -> bool:
    """Delete a set as ``core.datasets.delete`` does, but so that ``restore`` brings it back for a while.

    Raises
    ------
    DatasetError, NotYoursError
        As of ``core.datasets.delete``.
    """
    held = holders.is_held(paths.datasets() / name, owner)
    if not sets.let_go(name, owner, this_machine_alone=this_machine_alone):
        return False
    folder, key = paths.datasets() / name, _key(name, owner)
    if held:  # who had it has it again
        holders.hold(folder, owner)
    shutil.rmtree(graves.grave_of(folder.parent, key), ignore_errors=True)  # the same pictures, deleted before
    try:
        graves.lay_aside(folder, key)
    except OSError as error:
        raise arrays.not_removed(folder, error) from error
    return True


def recent(owner: str) -> list[tuple[str, str]]:
    """Names and titles of the sets that this person can have back, the last deleted first."""
    graves.sweep(paths.datasets())
    found = []
    for key, _ in graves.recent(paths.datasets()):
        name, _, mark = key.rpartition(".")
        if NAME_PATTERN.fullmatch(name) and owners.belongs_to(mark, owner):
            found.append((name, sets.title_of_deleted(name)))
    return found


def restore(name: str, owner: str) -> None:
    """Put a deleted set back; where the same pictures were brought in meanwhile, these are the set.

    Raises
    ------
    DatasetError
        If it is gone for good, or was deleted by somebody else.
    """
    if name not in {known for known, _ in recent(owner)}:
        raise DatasetError("This data set can't be brought back any more.")
    folder, key = paths.datasets() / name, _key(name, owner)
    grave = graves.grave_of(folder.parent, key)
    if folder.is_dir():
        if holders.is_held(grave, owner):
            holders.hold(folder, owner)
        shutil.rmtree(grave, ignore_errors=True)
        return
    try:
        graves.restore(folder, key)
    except OSError as error:
        raise DatasetError(f"The data set could not be brought back: {error.strerror or error}.") from error


def _key(name: str, owner: str) -> str:
    return f"{name}.{owners.owner_mark(owner)}"
