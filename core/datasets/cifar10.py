"""CIFAR-10, the handout's data set: from torchvision's own files, never fetched without being asked to."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from core.datasets import arrays, downloads
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.lab import paths

NAME, TITLE = "cifar10", "CIFAR-10"
CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SOURCE = "Photographs collected by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton (University of Toronto, 2009)."
LICENCE = "No licence is stated; its authors ask to be cited. Of use for teaching and research."
N_TRAIN, N_TEST = 50_000, 10_000
ARCHIVE, BATCHES = "cifar-10-python.tar.gz", "cifar-10-batches-py"  # torchvision's names for its files
URL_VARIABLE = "CHALKNET_CIFAR10_URL"
MOST_BYTES = 200_000_000  # the published archive has 170,498,071
BLOCK = 1_000  # pictures that are copied at once


def folder() -> Path:
    """Where a person puts ``cifar-10-python.tar.gz``, or the unpacked ``cifar-10-batches-py``."""
    return paths.datasets() / NAME


def info() -> DatasetInfo:
    """What the registry says; that files are there, not that they are sound, which would take seconds."""
    there = (_cache() / "meta.json", folder() / BATCHES, folder() / ARCHIVE)
    present = any(path.exists() for path in there)
    summary = "60,000 photographs of animals and vehicles, 32 x 32 pixels; the handout's data set."
    missing = "" if present else f"CIFAR-10 is not on this machine. Download it (163 MB), or {_put_it_there()}"
    return DatasetInfo(NAME, TITLE, summary, N_TRAIN, N_TEST, CLASS_NAMES, present, missing, SOURCE, LICENCE)


def load() -> ImageSet:
    """All of CIFAR-10; the first time, torchvision's files are checked by their MD5 sums and converted.

    Raises
    ------
    DatasetError
        If there are no files, or they are not the published ones.
    """
    return arrays.open_or_build(_cache(), _write)


def url() -> str:
    """Where it is fetched from: ``$CHALKNET_CIFAR10_URL``, else its authors' server."""
    from torchvision.datasets import CIFAR10  # here, as torchvision brings torch, which no list of data sets needs

    return os.environ.get(URL_VARIABLE) or CIFAR10.url


def download(
    on_progress: downloads.OnProgress | None = None, should_stop: downloads.ShouldStop | None = None
) -> ImageSet:
    """Fetch CIFAR-10, unless sound files are there already, and load it; a download that was cut goes on.

    Parameters
    ----------
    on_progress : callable, optional
        Is called with (done, total) bytes.
    should_stop : callable, optional
        Is asked after each block.

    Raises
    ------
    DatasetError
        If the server cannot be reached or sends something else; it says where to put the file by hand.
    """
    from torchvision.datasets import CIFAR10

    try:
        return load()
    except DatasetError:
        pass  # nothing there, or nothing sound: fetch it
    with _saving():
        try:
            downloads.fetch(
                url(),
                folder() / ARCHIVE,
                md5=CIFAR10.tgz_md5,
                most_bytes=MOST_BYTES,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        except downloads.DownloadStoppedError:
            raise
        except downloads.DownloadError as error:
            raise DatasetError(f"CIFAR-10 could not be fetched this time. {error} Or {_put_it_there()}") from error
    return load()


def take_archive(
    source: IO[bytes],
    on_progress: downloads.OnProgress | None = None,
    should_stop: downloads.ShouldStop | None = None,
) -> ImageSet:
    """Take over the archive that a person already has, and load it.

    Parameters
    ----------
    source : binary file
        ``cifar-10-python.tar.gz``.
    on_progress, should_stop : callable, optional
        As in ``download``.

    Raises
    ------
    DatasetError
        If it is not the published file, or cannot be saved.
    """
    from torchvision.datasets import CIFAR10

    with _saving():
        downloads.copy_checked(
            source,
            folder() / ARCHIVE,
            md5=CIFAR10.tgz_md5,
            most_bytes=MOST_BYTES,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    return load()


@contextlib.contextmanager
def _saving() -> Iterator[None]:
    """The folder is there; a sentence where it can't be."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatasetError(f"{folder()} cannot be written: {error.strerror}. {arrays.ADVICE}") from error
    yield


def _cache() -> Path:
    return folder() / f"arrays-{arrays.FORMAT}.1"


def _put_it_there() -> str:
    return f"put {ARCHIVE} into {folder()}."


def _write(target: Path) -> None:
    """Convert whatever sound files there are: the unpacked batches first, then the archive."""
    from torchvision.datasets import CIFAR10
    from torchvision.datasets.utils import check_integrity, extract_archive

    archive, batches = folder() / ARCHIVE, folder() / BATCHES
    if batches.exists():
        try:
            return _convert(folder(), target)
        except DatasetError:
            if not archive.exists():
                raise
    if not archive.exists():
        raise DatasetError(info().missing or f"The files of CIFAR-10 are gone: {_put_it_there()}")
    # Checked before it is unpacked: the batches are pickles, which run code, and archives can write anywhere
    if not check_integrity(str(archive), CIFAR10.tgz_md5):
        raise DatasetError(
            f"{archive} is not the published file: its MD5 sum is not {CIFAR10.tgz_md5}. "
            "It may be cut short: delete it, then download it again or copy it anew."
        )
    with arrays.building(folder()) as temporary:
        extract_archive(str(archive), str(temporary))
        return _convert(temporary, target)


def _convert(root: Path, target: Path) -> None:
    """torchvision's files in ``root`` as arrays in ``target``; torchvision checks the MD5 sums."""
    from torchvision.datasets import CIFAR10

    def blocks(train: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        pictures = CIFAR10(str(root), train=train)
        labels = np.array(pictures.targets, np.int64)
        for start in range(0, len(labels), BLOCK):
            yield pictures.data[start : start + BLOCK], labels[start : start + BLOCK]

    meta = {"name": NAME, "title": TITLE, "class_names": CLASS_NAMES, "source": SOURCE}
    try:
        arrays.write_set(target, meta, blocks(train=True), blocks(train=False))
    except RuntimeError as error:
        raise DatasetError(
            f"The files in {root / BATCHES} are not the published ones: an MD5 sum differs or a file is "
            f"missing. Delete that folder, then download CIFAR-10 again or {_put_it_there()}"
        ) from error
