"""Data sets on disk: a folder with ``.npy`` files that many processes map, and ``meta.json``.

A set may have two files more, ``train_large.npy`` and ``test_large.npy``: the same pictures, in the same order, at
the larger side that ``meta.json`` names.

A folder is written under another name and renamed when it is whole, so what has its right name is whole. It
is never changed afterwards: another version of the format or of its contents gets another folder name.
"""

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetError

FORMAT = 1  # part of each folder's name; raise it when the files change their meaning
STALE_AFTER = 24 * 3600  # seconds: an unfinished folder that is older was left behind by a process that died


class DamagedError(DatasetError):
    """The files of a set do not fit together; making them again helps, reading them again does not."""


class ArrayWriter:
    """A ``.npy`` file that grows block by block; the number of rows is known only at the end.

    Plain writes rather than a memory map: on a full disk a write raises an error that can be told to a
    person, where touching a mapped page would kill the process.

    Parameters
    ----------
    path : Path
        The file to write.
    row_shape : tuple of int
        Shape of one row, ``()`` for a single number.
    dtype : numpy dtype
    """

    def __init__(self, path: Path, row_shape: tuple[int, ...], dtype: Any) -> None:
        self.row_shape, self.dtype = row_shape, np.dtype(dtype)
        self.n_rows = 0
        self._file = open(path, "wb")  # noqa: SIM115 - closed in close()
        self._write_header()

    def append(self, rows: np.ndarray) -> None:
        """Write rows of shape (n, *row_shape)."""
        if rows.shape[1:] != self.row_shape:
            raise ValueError(f"rows have shape {rows.shape[1:]}, the file has {self.row_shape}")
        self._file.write(np.ascontiguousarray(rows, self.dtype).data)
        self.n_rows += len(rows)

    def close(self) -> None:
        """Write the final shape into the header (NumPy leaves room for it) and see the data to the disk."""
        if not self._file.closed:
            with self._file:
                self._file.seek(0)
                self._write_header()
                self._file.flush()
                os.fsync(self._file.fileno())

    def _write_header(self) -> None:
        header = np.lib.format.header_data_from_array_1_0(np.empty((0, *self.row_shape), self.dtype))
        header["shape"] = (self.n_rows, *self.row_shape)
        np.lib.format.write_array_header_1_0(self._file, header)

    def __enter__(self) -> "ArrayWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()


# Images (n, 32, 32, 3) uint8 with labels (n,) int64, block by block
Blocks = Iterable[tuple[np.ndarray, np.ndarray]]


def write_large(folder: Path, side: int, train: Iterable[np.ndarray], test: Iterable[np.ndarray]) -> None:
    """Write the pictures of a set at a larger side, one after the other: each (side, side, 3), uint8.

    ``write_set`` comes afterwards, its ``meta`` with this side as ``large_side``.
    """
    for split, pictures in (("train", train), ("test", test)):
        with ArrayWriter(folder / f"{split}_large.npy", (side, side, 3), np.uint8) as images:
            for picture in pictures:
                images.append(picture[None])


def write_set(folder: Path, meta: dict[str, Any], train: Blocks, test: Blocks) -> None:
    """Write a set into ``folder``, which exists; ``meta`` has name, title, class_names, source."""
    write_meta(folder, meta | write_pictures(folder, train, test))


def write_pictures(folder: Path, train: Blocks, test: Blocks) -> dict[str, int]:
    """Write pictures and labels alone; gives ``n_train`` and ``n_test``, which belong into the meta."""
    counts = {}
    for split, blocks in (("train", train), ("test", test)):
        with (
            ArrayWriter(folder / f"{split}_images.npy", (SIDE, SIDE, 3), np.uint8) as images,
            ArrayWriter(folder / f"{split}_labels.npy", (), np.int64) as labels,
        ):
            for block_images, block_labels in blocks:
                images.append(block_images)
                labels.append(block_labels)
        counts[f"n_{split}"] = labels.n_rows
    return counts


def write_meta(folder: Path, meta: dict[str, object]) -> None:
    """Write ``meta.json``: last, as it says that the set is there."""
    (folder / "meta.json").write_text(json.dumps({"format": FORMAT, **meta}, indent=1), encoding="utf-8")


def read_meta(folder: Path) -> dict[str, Any] | None:
    """The folder's ``meta.json``, or ``None`` where there is no such set.

    Raises
    ------
    DamagedError
        If it is there and makes no sense.
    DatasetError
        If the system will not let it be read.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        known = {"class_names": tuple(meta["class_names"]), "n_train": int(meta["n_train"])}
        return {**meta, **known, "large_side": int(meta.get("large_side", SIDE))}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DatasetError(f"The data set in {folder} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"The data set in {folder} is damaged: meta.json cannot be understood.") from error


def open_set(folder: Path, *, large: bool = False) -> ImageSet | None:
    """Map a set, with its larger pictures where they are wanted and there; ``None`` where there is none.

    Raises
    ------
    DamagedError
        If files are missing or shorter than they should be.
    DatasetError
        If the system will not let them be read.
    """
    meta = read_meta(folder)
    if meta is None:
        return None
    try:
        side = meta["large_side"] if large else SIDE
        kind = "large" if side > SIDE else "images"
        arrays: dict[str, np.ndarray] = {}
        for split in ("train", "test"):
            images = np.load(folder / f"{split}_{kind}.npy", mmap_mode="r")
            labels = np.load(folder / f"{split}_labels.npy", mmap_mode="r")
            n, shapes = meta[f"n_{split}"], (images.shape, labels.shape)
            if shapes != ((n, side, side, 3), (n,)):
                raise ValueError(f"{split} arrays have the shapes {shapes}")
            arrays |= {f"{split}_images": images, f"{split}_labels": labels}
        return ImageSet(
            name=meta["name"],
            title=meta["title"],
            class_names=meta["class_names"],
            source=meta["source"],
            **arrays,
        )
    except (FileNotFoundError, EOFError, ValueError, KeyError) as error:
        raise DamagedError(f"The data set in {folder} is damaged: {str(error).rstrip('.')}.") from error
    except OSError as error:
        raise DatasetError(f"The data set in {folder} cannot be read: {error.strerror}.") from error


def open_or_build(folder: Path, write: Callable[[Path], None]) -> ImageSet:
    """Map the set in ``folder``; build it first where it is not there or is damaged.

    Two processes may build at once: each in a folder of its own, and whoever renames first wins.

    Parameters
    ----------
    folder : Path
        Where the set belongs.
    write : callable
        Takes a temporary folder and writes the set into it, see ``write_set``.

    Raises
    ------
    DatasetError
        If it cannot be written, with the system's reason.
    """
    try:
        if found := open_set(folder):
            return found
    except DamagedError:  # half-deleted by hand, or a disk's fault: what was made can be made again
        discard(folder)
    with building(folder.parent) as temporary:
        write(temporary)
        with contextlib.suppress(OSError):  # another process was faster: its copy is as good, ours goes
            os.rename(temporary, folder)
    built = open_set(folder)
    if built is None:
        raise DatasetError(f"The data set could not be put into {folder}. {ADVICE}")
    return built


ADVICE = "Free some space, or set CHALKNET_HOME to a folder that can be written."


@contextlib.contextmanager
def building(parent: Path) -> Iterator[Path]:
    """A new folder in ``parent`` to build something in; what is left of it afterwards is removed.

    Raises
    ------
    DatasetError
        In place of the ``OSError`` of a full disk or an unwritable folder.
    """
    temporary = parent / f".building-{uuid.uuid4().hex}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        temporary.mkdir()
        yield temporary
    except OSError as error:
        reason = error.strerror or error
        raise DatasetError(f"The data set cannot be saved in {parent}: {reason}. {ADVICE}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def discard(folder: Path) -> None:
    """Take a folder away: first its name at one stroke, so that nobody finds it half deleted, then its files.

    Raises
    ------
    DatasetError
        Where the system refuses, as Windows does while another process has the arrays mapped.
    """
    doomed = folder.parent / f".building-{uuid.uuid4().hex}"
    try:
        os.rename(folder, doomed)
    except FileNotFoundError:
        return
    except OSError as error:
        raise not_removed(folder, error) from error
    shutil.rmtree(doomed, ignore_errors=True)


def not_removed(folder: Path, error: OSError) -> DatasetError:
    """What to say where the system does not let a folder go."""
    return DatasetError(f"{folder} cannot be removed: {error.strerror or error}. Close what uses it, then try again.")


def _sweep(parent: Path) -> None:
    """Remove unfinished folders that no living process can still be working on."""
    for leftover in parent.glob(".building-*"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > STALE_AFTER:
                shutil.rmtree(leftover, ignore_errors=True)
