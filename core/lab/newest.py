"""The newest of the things that have a folder each, such as experiments: what a new session of a person begins with."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered

_MOST = 2_000


class HasTime(Protocol):
    """What was made at some time."""

    @property
    def created(self) -> float:
        """Seconds since 1970."""
        ...


T = TypeVar("T", bound=HasTime)


class Newest(Generic[T]):
    """Finds the newest thing; each is read once, for it never changes.

    Parameters
    ----------
    read : callable
        The thing of a folder's name; raises a ``ChalknetError`` where the folder is none (yet).
    """

    def __init__(self, read: Callable[[str], T]) -> None:
        self._read = read
        self._known: Remembered[Path, T] = Remembered(_MOST)

    def find(self, folder: Path, fits: Callable[[T], bool]) -> T | None:
        """The newest that fits of those whose folders are in this one; None where there is none."""
        try:
            names = [entry.name for entry in os.scandir(folder)]
        except OSError:
            return None
        things = [thing for name in names if (thing := self._one(folder / name)) is not None]
        return next((thing for thing in sorted(things, key=lambda thing: -thing.created) if fits(thing)), None)

    def _one(self, folder: Path) -> T | None:
        thing = self._known.get(folder)
        if thing is None:
            try:
                thing = self._read(folder.name)
            except ChalknetError:  # being made, or of something else
                return None
            self._known.put(folder, thing)
        return thing
