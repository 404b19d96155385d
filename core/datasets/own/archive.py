"""Where own pictures come from, a zip or a folder: opened for as long as it is read, or one sentence why not."""

import contextlib
import itertools
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from core.datasets.info import DatasetError
from core.datasets.own.candidates import Candidate, in_folder, in_zip, parts_of
from core.datasets.own.file_names import names_on_disk
from core.datasets.own.layout import why_no_pictures

MOST_LISTED = 300_000  # files of a folder that are looked at: somebody may have typed the disk's root
_MAGIC = {  # the first bytes of what people call .zip all the same
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive (.tar.gz)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"<!DO": "a web page",
    b"<htm": "a web page",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True)
class Source:
    """What an archive or a folder has: its files, and sentences about them."""

    candidates: list[Candidate]
    notes: tuple[str, ...] = ()


@contextlib.contextmanager
def opened(source: str | Path | IO[bytes], *, is_folder: bool) -> Iterator[Source]:
    """The files of a zip or of a folder, to be read inside the ``with``.

    Raises
    ------
    DatasetError
        If it can't be opened, or is as a whole nothing that pictures can be taken from.
    """
    # Path's own expanduser raises for a person that is not there
    with _folder(Path(os.path.expanduser(str(source)))) if is_folder else _zip(source) as found:
        why = why_no_pictures(found.candidates)
        if why:
            raise DatasetError(why)
        yield found


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[Source]:
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder. Give a folder that has one folder per class.")
    found = list(itertools.islice(in_folder(folder), MOST_LISTED + 1))
    if len(found) > MOST_LISTED:
        raise DatasetError(f"{folder} has more than {MOST_LISTED:,} files. Give the folder that holds the classes.")
    read = names_on_disk([candidate.name for candidate in found])
    told = f"Names in this folder are not in UTF-8; they were read as {read.guessed}."
    yield Source(
        [replace(file, name=name, parts=parts_of(name)) for file, name in zip(found, read.names, strict=True)],
        (told,) if read.guessed else (),
    )


@contextlib.contextmanager
def _zip(source: str | Path | IO[bytes]) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(source) as archive:
            found, guessed = in_zip(archive)
            told = f"The names in this zip are not in UTF-8; they were read as {guessed}."
            yield Source(found, (told,) if guessed else ())
    except NotImplementedError as error:
        raise DatasetError(f"This zip is of a kind that cannot be read here ({error}). Zip the folder anew.") from error
    except UnicodeDecodeError as error:
        raise DatasetError("This zip says that its names are UTF-8, and they are not. Zip the folder anew.") from error
    except (zipfile.BadZipFile, EOFError) as error:
        what = _really(source)
        if what:
            told = f"This is {what}, whatever its name says. Zip the folder that holds the classes."
            raise DatasetError(told) from error
        raise DatasetError(f"This is no zip archive that can be read ({error}). Zip the folder anew.") from error
    except OSError as error:
        raise DatasetError(f"The archive cannot be read: {error.strerror or error}.") from error


def _really(source: str | Path | IO[bytes]) -> str:
    """What a file that is no zip begins as."""
    with contextlib.suppress(OSError, ValueError):
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                begin = file.read(8)
        else:
            source.seek(0)
            begin = source.read(8)
        return next((what for magic, what in _MAGIC.items() if begin.startswith(magic)), "")
    return ""
