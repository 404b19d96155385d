"""The files that are to be marked: of a folder with folders and zips in it, as a learning platform gives them.

Nothing is unpacked to the disk, and no more is read than a submission can have: a torn file, a zip bomb, a foreign file
are found with a reason each.
"""

import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from core.assignments.submission import MOST_BYTES
from core.lab.errors import ChalknetError

MOST_FILES = 5_000
MOST_ZIP_BYTES = 1_000_000_000  # of a zip as it lies there
MOST_UNPACKED = 1_000_000_000  # bytes of all files together
_PASSED_OVER = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what systems put beside people's files


class GradingError(ChalknetError):
    """What can't be read or written as a whole; its text is a sentence for people."""


@dataclass(frozen=True)
class Found:
    """A file.

    Attributes
    ----------
    name : str
        Its path below the folder; of a file in a zip, the zip's and its own.
    data : bytes or None
        None where it was not read.
    why : str
        Why it was not, as a sentence.
    """

    name: str
    data: bytes | None
    why: str = ""


def read_folder(folder: Path, leave_out: Iterable[Path] = ()) -> Iterator[Found]:
    """All files of a folder, by name, those of its folders and zips too; what begins with a dot is passed over.

    Parameters
    ----------
    folder : Path
        Or a single zip or file.
    leave_out : iterable of Path
        Files and folders that are no submissions, such as where the marks are written.

    Raises
    ------
    GradingError
        If there is no such folder.
    """
    if not folder.exists():
        raise GradingError(f"There is no folder {folder}. Give the folder that the submissions lie in.")
    out = {path.resolve() for path in leave_out}
    yield from _limited(_opened((name, path) for name, path in _paths(folder) if not _is_in(path, out)))


def read_uploads(files: Iterable[tuple[str, bytes]]) -> Iterator[Found]:
    """The same of files that a browser has sent: names and contents."""
    yield from _limited(found for name, data in files for found in _of_file(name, io.BytesIO(data), len(data)))


def _paths(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        yield folder.name, folder
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if _counts(name))
        for name in sorted(filter(_counts, names)):
            path = Path(place) / name
            yield path.relative_to(folder).as_posix(), path


def _counts(name: str) -> bool:
    return name == ".." or (not name.startswith(".") and name not in _PASSED_OVER)


def _is_in(path: Path, out: set[Path]) -> bool:
    real = path.resolve()
    return not out.isdisjoint([real, *real.parents])


def _opened(paths: Iterable[tuple[str, Path]]) -> Iterator[Found]:
    for name, path in paths:
        if not path.is_file():  # a pipe would keep the reader waiting for ever
            yield Found(name, None, "It is no file.")
            continue
        try:
            with path.open("rb") as file:
                yield from _of_file(name, file, path.stat().st_size)
        except OSError as error:
            yield Found(name, None, f"It can't be read: {error.strerror or error}.")


def _of_file(name: str, file: io.BufferedIOBase, n_bytes: int) -> Iterator[Found]:
    """One file; of a zip, what is in it."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        if n_bytes > MOST_ZIP_BYTES:
            yield Found(name, None, f"It has {n_bytes:,} bytes; allowed are {MOST_ZIP_BYTES:,}.")
            return
        yield from _of_zip(name, file)
    elif suffix != ".json":
        yield Found(name, None, f"It is no submission: its name ends in {suffix[:20]!r}, a submission's in '.json'.")
    elif n_bytes > MOST_BYTES:
        yield Found(name, None, f"It has {n_bytes:,} bytes; a submission has {MOST_BYTES:,} at most.")
    else:
        yield Found(name, file.read(MOST_BYTES + 1))


def _of_zip(name: str, file: io.BufferedIOBase) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(file) as archive:
            for number, member in enumerate(archive.infolist()):
                if number >= MOST_FILES:
                    yield Found(name, None, f"The zip has more than {MOST_FILES:,} files; the rest was not read.")
                    return
                if not member.is_dir() and all(map(_counts, PurePosixPath(member.filename).parts)):
                    yield _of_member(name, archive, member)
    except _ZIP_TROUBLE as error:
        yield Found(name, None, f"It is no zip archive that can be read: {error or type(error).__name__}.")


def _of_member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Found:
    whole, suffix = f"{name}/{member.filename}", PurePosixPath(member.filename).suffix.lower()
    windows = PureWindowsPath(member.filename)
    if ".." in windows.parts or windows.is_absolute() or windows.drive or member.filename.startswith(("/", "\\")):
        return Found(whole, None, "Its name leads out of the zip; it was not read.")
    if suffix == ".zip":
        return Found(whole, None, "It is a zip in a zip; unpack the outer one first.")
    if suffix != ".json":
        return Found(whole, None, f"It is no submission: its name ends in {suffix[:20]!r}, a submission's in '.json'.")
    if member.file_size > MOST_BYTES:
        return Found(whole, None, f"It would unpack to {member.file_size:,} bytes; allowed are {MOST_BYTES:,}.")
    try:
        with archive.open(member) as inside:
            data = inside.read(MOST_BYTES + 1)
    except _ZIP_TROUBLE as error:
        return Found(whole, None, f"It can't be unpacked: {error or type(error).__name__}.")
    if len(data) > MOST_BYTES:  # whatever its header says
        return Found(whole, None, f"It unpacks to more than {MOST_BYTES:,} bytes.")
    return Found(whole, data)


# Encrypted: RuntimeError; torn: the others, as zipfile meets them
_ZIP_TROUBLE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError,
    KeyError, IndexError, lzma.LZMAError, struct.error,
)  # fmt: skip


def _limited(found: Iterable[Found]) -> Iterator[Found]:
    """No more than the limits allow of all of them together; the last line says so."""
    n_bytes = 0
    for number, one in enumerate(found):
        n_bytes += len(one.data or b"")
        if number >= MOST_FILES or n_bytes > MOST_UNPACKED:
            most = f"{MOST_FILES:,} files" if number >= MOST_FILES else f"{MOST_UNPACKED:,} bytes"
            yield Found(one.name, None, f"There are more than {most}; from here on nothing was read.")
            return
        yield one
