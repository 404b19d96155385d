"""CIFAR-10's files as people have them: the archive, what a browser has unpacked of it, or the folder inside.

By whatever name, in the set's folder, below it or right above. Nothing is believed before its sum is right: the
archive's own, or those of the batches in it, which are pickles and could run code.
"""

import contextlib
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from core.datasets import nearby
from core.datasets.info import DatasetError
from core.datasets.published import PublishedFiles
from core.lab.remembered import Remembered

ARCHIVE, BATCHES = "cifar-10-python.tar.gz", "cifar-10-batches-py"  # torchvision's names for its files
_NAMES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")
_MOST_BYTES = 40_000_000  # of one of them: 31 MB are right
_OTHERS = {
    **dict.fromkeys(("cifar-10-binary", "cifar-10-batches-bin"), "for C programs"),
    **dict.fromkeys(("cifar-10-matlab", "cifar-10-batches-mat"), "for Matlab"),
    "cifar-100": "with 100 classes",
}
_unsound: Remembered[tuple[str, float], str] = Remembered(16)  # files as they are, and what was wrong with them


def found(files: PublishedFiles) -> Iterator[Path]:
    """Folders of batches, then archives, that are not known to be unsound; the likeliest first."""
    every = [*_folders(files), *_archives(files), *_tars(files)]
    return (path for path in every if _unsound.get(_key(path)) is None)


def note_unsound(path: Path, why: str) -> None:
    """Let nobody offer these files again, until they change."""
    _unsound.put(_key(path), why)


def why_unsound(files: PublishedFiles) -> str:
    """What was wrong with files that are there; empty if nothing is known."""
    every = (*_folders(files), *_archives(files), *_tars(files))
    return next((why for path in every if (why := _unsound.get(_key(path)))), "")


def another_version(files: PublishedFiles) -> str:
    """That the files are there, in a form that can't be used; empty if they aren't."""
    for entry in nearby.entries(files.folder):
        for begin, what in _OTHERS.items():
            if entry.name.lower().startswith(begin):
                return f"{entry.path} is the version {what}; the lab needs the one for Python. {files.missing()}"
    return ""


def unpack(archive: Path, into: Path) -> None:
    """The batches of an archive, under their own names; nothing else of it is written anywhere.

    Raises
    ------
    DatasetError
        If it is cut short, or they are not in it.
    """
    into.mkdir(parents=True)
    left = set(_NAMES)
    try:
        with tarfile.open(archive) as opened:
            for member in opened:
                name = Path(member.name).name
                if name in left and member.isfile() and member.size <= _MOST_BYTES:
                    content = opened.extractfile(member)
                    assert content is not None, "it is a file"
                    (into / name).write_bytes(content.read())
                    left.discard(name)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise DatasetError(
            f"{archive} is not the published file: it cannot be unpacked ({str(error).partition(':')[0]}). "
            "It may be cut short: delete it, then download it again or copy it anew."
        ) from error
    if left:
        raise DatasetError(
            f"{archive} is not the published file: {', '.join(sorted(left))} is not in it. "
            "Delete it, then download it again or copy it anew."
        )


def _folders(files: PublishedFiles) -> list[Path]:
    near = [files.folder, *(Path(e.path) for e in nearby.entries(files.folder) if e.is_dir(follow_symlinks=False))]
    return sorted(
        (folder for folder in near if all((folder / name).is_file() for name in _NAMES)),
        key=lambda folder: folder != files.folder / BATCHES,
    )


def _archives(files: PublishedFiles) -> list[Path]:
    """By their size, whatever they are called."""
    return nearby.files_of_size(files.folder, files.sizes[ARCHIVE])


def _tars(files: PublishedFiles) -> list[Path]:
    """Without the gzip around them, as some browsers leave them."""
    return [path for path in nearby.look_alikes(files.folder, "cifar-10-python") if path.name.lower().endswith(".tar")]


def _key(path: Path) -> tuple[str, float]:
    with contextlib.suppress(OSError):
        changed = [(path / name).stat().st_mtime for name in _NAMES] if path.is_dir() else [path.stat().st_mtime]
        return str(path), max(changed)
    return str(path), 0.0
