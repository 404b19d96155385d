"""The files of a zip archive or a folder, and to which class each belongs; nothing is decoded here."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.datasets.own.class_names import class_name
from core.datasets.own.file_names import names_in_zip
from core.datasets.pictures import RefusedError

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
    is_encrypted : bool
    """

    name: str
    parts: tuple[str, ...]
    read: Callable[[], bytes]
    problem: str = ""
    is_encrypted: bool = False

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


def in_zip(archive: zipfile.ZipFile) -> tuple[list[Candidate], str]:
    """The members of an archive, in its order, and the encoding of their names if it was guessed.

    None is unpacked to the disk, now or later.
    """
    members = archive.infolist()
    read = names_in_zip(members)
    return list(_members(archive, zip(members, read.names, strict=True))), read.guessed


def _members(archive: zipfile.ZipFile, named: Iterable[tuple[zipfile.ZipInfo, str]]) -> Iterator[Candidate]:
    total = 0
    for member, name in named:
        if name.endswith(("/", "\\")):  # some Windows tools write the latter
            continue
        problem = _problem_of_path(name) or _problem_of_member(member)
        if not problem:
            total += member.file_size
            if total > MAX_TOTAL:
                problem = f"comes after {MAX_TOTAL // MEGABYTE // 1024} GB of unpacked files, the most allowed"
        is_encrypted = bool(member.flag_bits & 0x1)
        yield Candidate(name, parts_of(name), _member_reader(archive, member), problem, is_encrypted)


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
            yield Candidate(relative, parts_of(relative), _file_reader(path), problem)
    for closed in unreadable:  # a folder that may not be listed
        relative = Path(closed.filename).relative_to(folder).as_posix()
        problem = f"cannot be opened ({closed.strerror})"
        yield Candidate(relative, parts_of(relative), _file_reader(Path(closed.filename)), problem)


def renamed(placed: list[Placed], classes: Classes) -> list[Placed]:
    """The files under their classes' new names, in the order that a folder with those names would give."""
    if not classes:
        return placed
    named = [
        Placed(file.split, class_name(name), file.candidate)
        for file in placed
        if (name := classes.get(file.class_name, file.class_name)) is not None
    ]
    return sorted(named, key=lambda file: (file.split or "", file.class_name, file.candidate.parts))


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a path, whoever wrote it."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".")) or ("",)


def _problem_of_path(name: str) -> str:
    """Nothing is ever unpacked by name, but who sends such a path means no good or made a mistake: say so."""
    if ".." in parts_of(name):
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
    return f"has {-(-size // MEGABYTE)} MB; allowed are {MAX_FILE // MEGABYTE} MB per file"


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
