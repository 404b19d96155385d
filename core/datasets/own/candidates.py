"""The files of a zip archive or a folder, and to which class each belongs; nothing is decoded here."""

import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.datasets.pictures import KINDS, SUFFIXES, RefusedError

MEGABYTE = 1024 * 1024
MAX_FILE = 64 * MEGABYTE  # bytes of one file, unpacked
MAX_TOTAL = 8 * 1024 * MEGABYTE  # bytes of all files of an archive, unpacked
MAX_RATIO = 200  # unpacked to packed; real pictures hardly shrink in a zip
RATIO_FROM = MEGABYTE  # bytes: a small file does no harm at any ratio
JUNK = {
    "__macosx",
    "thumbs.db",
    "desktop.ini",
}  # what macOS and Windows leave among pictures; so do dot files
Classes = Mapping[str, str | None]  # a class's folder, and its name in the data set; None leaves it out


@dataclass(frozen=True)
class Candidate:
    """One file that may become a picture.

    Attributes
    ----------
    name : str
        As it stands in the archive or folder: what a report shows.
    parts : tuple of str
        The path's parts, without "." and with "/" and "\\" alike as separators.
    read : callable
        Gives the file's bytes, or raises ``RefusedError``.
    problem : str
        Why it is refused before it is even read; empty if it is not.
    """

    name: str
    parts: tuple[str, ...]
    read: Callable[[], bytes]
    problem: str = ""

    @property
    def is_junk(self) -> bool:
        """Hidden files and what systems leave behind: not worth a line in a report."""
        return any(part.lower() in JUNK or (part.startswith(".") and part != "..") for part in self.parts)


@dataclass(frozen=True)
class Placed:
    """A candidate with its class; ``split`` is ``None`` where the split is still to be drawn."""

    split: str | None
    class_name: str
    candidate: Candidate


def in_zip(archive: zipfile.ZipFile) -> Iterator[Candidate]:
    """The members of an archive, in its order; none is unpacked to the disk, now or later."""
    total = 0
    for member in archive.infolist():
        if member.is_dir() or member.filename.endswith("\\"):  # some Windows tools write the latter
            continue
        problem = _problem_of_path(member.filename) or _problem_of_member(member)
        if not problem:
            total += member.file_size
            if total > MAX_TOTAL:
                problem = f"comes after {MAX_TOTAL // MEGABYTE // 1024} GB of unpacked files, the most allowed"
        yield Candidate(member.filename, _parts(member.filename), _member_reader(archive, member), problem)


def in_folder(folder: Path) -> Iterator[Candidate]:
    """The files below a folder; links are named and not followed."""
    unreadable: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=unreadable.append):
        linked = [name for name in folders if Path(where, name).is_symlink()]
        for name in sorted([*files, *linked]):
            path = Path(where, name)
            relative = path.relative_to(folder).as_posix()
            problem = ""
            try:
                status = path.lstat()
                if stat.S_ISLNK(status.st_mode):
                    problem = "is a link; put the file itself there"
                elif not stat.S_ISREG(status.st_mode):
                    problem = "is no regular file"
                elif status.st_size > MAX_FILE:
                    problem = _too_big(status.st_size)
            except OSError as error:
                problem = f"cannot be read ({error.strerror})"
            yield Candidate(relative, _parts(relative), _file_reader(path), problem)
    for closed in unreadable:  # a folder that may not be listed
        relative = Path(closed.filename).relative_to(folder).as_posix()
        problem = f"cannot be opened ({closed.strerror})"
        yield Candidate(relative, _parts(relative), _file_reader(Path(closed.filename)), problem)


def arrange(candidates: list[Candidate]) -> tuple[list[Placed], list[tuple[str, str]], int]:
    """Find the classes: ``train/<class>/...`` with ``test/<class>/...``, or ``<class>/...`` alone.

    Folders that hold everything else are looked through, as when a whole folder was zipped.

    Returns
    -------
    placed : list of Placed
        Sorted by split, class and path, so that a folder and its zip give the same data set.
    refused : list of (name, reason)
    skipped : int
        How many hidden and system files there were.
    """
    kept = [c for c in candidates if not c.is_junk]
    refused = [(c.name, c.problem) for c in kept if c.problem]
    sound = []
    for candidate in kept:
        if candidate.problem:
            continue
        suffix = PurePosixPath(candidate.parts[-1]).suffix.lower()
        if suffix and suffix not in SUFFIXES:
            refused.append((candidate.name, f"has the type {suffix}; allowed are {KINDS}"))
        else:
            sound.append(candidate)
    depth, split = _layout([c.parts for c in sound])
    placed = []
    for candidate in sound:
        parts = candidate.parts[depth:]
        if split and (len(parts) < 3 or parts[0].lower() not in ("train", "test")):
            refused.append((candidate.name, "lies in no class folder below train/ or test/"))
        elif len(parts) < 2:
            refused.append((candidate.name, "lies in no class folder"))
        elif split:
            placed.append(Placed(parts[0].lower(), _class_name(parts[1]), candidate))
        else:
            placed.append(Placed(None, _class_name(parts[0]), candidate))
    placed.sort(key=lambda p: (p.split or "", p.class_name, p.candidate.parts))
    return placed, sorted(refused), len(candidates) - len(kept)


def renamed(placed: list[Placed], classes: Classes) -> list[Placed]:
    """The files under their classes' new names, in the order that a folder with those names would give."""
    if not classes:
        return placed
    named = [
        Placed(file.split, " ".join(name.split()), file.candidate)
        for file in placed
        if (name := classes.get(file.class_name, file.class_name)) is not None
    ]
    return sorted(named, key=lambda file: (file.split or "", file.class_name, file.candidate.parts))


def _layout(paths: list[tuple[str, ...]]) -> tuple[int, bool]:
    """How many enclosing folders to look through, and whether train and test folders follow."""
    depth = 0
    while True:
        deep = [path[depth:] for path in paths if len(path) - depth >= 3]
        if {"train", "test"} <= {path[0].lower() for path in deep}:
            return depth, True
        tops = {path[depth] for path in paths if len(path) - depth >= 2}
        if len(tops) != 1 or not deep:
            return depth, False
        depth += 1


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".")) or ("",)


def _class_name(part: str) -> str:
    return unicodedata.normalize("NFC", part).strip()  # macOS takes accented letters apart


def _problem_of_path(name: str) -> str:
    """Nothing is ever unpacked by name, but who sends such a path means no good or made a mistake: say so."""
    if ".." in _parts(name):
        return "its path leaves the archive (..)"
    if name.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", name):
        return "its path is absolute; allowed are paths inside the archive"
    return ""


def _problem_of_member(member: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)  # 0 when the archive was made on Windows
    if kind == stat.S_IFLNK:
        return "is a link; put the file itself into the archive"
    if kind not in (0, stat.S_IFREG):
        return "is no regular file"
    if member.flag_bits & 0x1:
        return "is encrypted; make the archive without a password"
    if member.file_size > MAX_FILE:
        return _too_big(member.file_size)
    if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        return f"unpacks to more than {MAX_RATIO} times its packed size, as zip bombs do"
    return ""


def _too_big(size: int) -> str:
    return f"has {-(-size // MEGABYTE)} MB; allowed are {MAX_FILE // MEGABYTE} MB a file"


def _member_reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(member) as file:
                return file.read(MAX_FILE + 1)  # zipfile stops at the size that the archive states, checked above
        except NotImplementedError as error:
            raise RefusedError("is packed by a method that cannot be read here; zip it in the usual way") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
            raise RefusedError(f"is damaged in the archive ({str(error).rstrip('.')})") from error

    return read


def _file_reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with open(path, "rb") as file:
                return file.read(MAX_FILE + 1)
        except OSError as error:
            raise RefusedError(f"cannot be read ({error.strerror})") from error

    return read
