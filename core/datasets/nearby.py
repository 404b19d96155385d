"""Files that somebody has put here by hand: under another name, a folder too deep or too high, or cut short."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from core.datasets.info import DatasetError
from core.lab import paths
from core.lab.remembered import Remembered

_DEPTH = 3  # folders below the set's own that are looked into
_MOST_ENTRIES = 2_000  # somebody may have put a data set of single pictures there
_UNFINISHED = (".part", ".crdownload", ".download", ".partial", ".opdownload")
_look: ContextVar[dict[Path, list[os.DirEntry[str]]] | None] = ContextVar("look", default=None)
_sums: Remembered[tuple[str, int, int], str] = Remembered(64)  # MD5 sums of files as they are


@contextlib.contextmanager
def one_look() -> Iterator[None]:
    """What lies where is looked at once in such a block: a list of data sets asks many questions about it."""
    token = _look.set({})
    try:
        yield
    finally:
        _look.reset(token)


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a set's folder, down to three folders, then what lies right above it; no link is followed."""
    seen = _look.get()
    if seen is None:
        return list(_entries(folder))
    if folder not in seen:
        seen[folder] = list(_entries(folder))
    return seen[folder]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    left = _MOST_ENTRIES
    below = [(folder, _DEPTH)]
    for where, depth in below:
        for entry in _listed(where):
            left -= 1
            if left < 0:
                break
            yield entry
            if depth and entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "arrays-")):
                below.append((Path(entry.path), depth - 1))
    for where in (paths.datasets(), paths.home()):
        yield from (e for e in _listed(where) if e.path != str(folder) and not e.name.startswith("own-"))


def files_of_size(folder: Path, size: int) -> list[Path]:
    """Files of exactly so many bytes, whatever they are called; those in the folder itself first."""
    return [Path(entry.path) for entry in entries(folder) if entry.is_file() and has_size(entry, size)]


def has_size(file: Path | os.DirEntry[str], size: int) -> bool:
    """Whether a file has exactly so many bytes; one that is gone has none.

    Others work in the same folders: a room's log, a download, a copy may come and go between listing and looking.
    """
    try:
        return file.stat().st_size == size
    except OSError:
        return False


def look_alikes(folder: Path, stem: str) -> list[Path]:
    """Files whose names begin alike, as copies and unfinished downloads have them."""
    return [Path(entry.path) for entry in entries(folder)
            if entry.name.lower().startswith(stem.lower()) and entry.is_file()]  # fmt: skip


def what_is_wrong(path: Path, size: int, md5: str) -> str:
    """Why a file that looks like a published one is none, as a sentence with what to do.

    ``md5`` may be empty: then the bytes are not looked at. Of a file that is gone nothing is wrong.
    """
    try:
        has = path.stat().st_size
    except FileNotFoundError:
        return ""
    if path.suffix in _UNFINISHED:
        return f"{path} is an unfinished download. Delete it, and fetch the file anew."
    if has != size:
        return (
            f"{path} is not the published file: it has {has:,} bytes and not {size:,}. "
            "It may be cut short: delete it, then download it again or copy it anew."
        )
    if md5 and md5_of(path) != md5:
        return (
            f"{path} is not the published file: its MD5 sum is not {md5}. "
            "It may be damaged: delete it, then download it again or copy it anew."
        )
    return ""


def md5_of(path: Path) -> str:
    """The sum of a file, worked out once for as long as the file stays as it is.

    Raises
    ------
    DatasetError
        If it cannot be read.
    """
    try:
        status = path.stat()
        key = (str(path), status.st_size, status.st_mtime_ns)
        known = _sums.get(key)
        if known is None:
            with path.open("rb") as file:
                known = hashlib.file_digest(file, "md5").hexdigest()
            _sums.put(key, known)
        return known
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error


def known_md5(path: Path) -> str | None:
    """The sum, if it has been worked out: lists of data sets can't wait for it."""
    try:
        status = path.stat()
    except OSError:
        return None
    return _sums.get((str(path), status.st_size, status.st_mtime_ns))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []
