"""CIFAR-10, the handout's data set: from torchvision's own files, never fetched without being asked to."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.datasets import arrays
from core.datasets.dataset import Dataset
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.datasets.published import PublishedFiles
from core.specs import DataSpec

NAME, TITLE = "cifar10", "CIFAR-10"
CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SOURCE = "Photographs collected by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton (University of Toronto, 2009)."
LICENCE = "No licence is stated; its authors ask to be cited. Of use for teaching and research."
N_TRAIN, N_TEST = 50_000, 10_000
ARCHIVE, BATCHES = "cifar-10-python.tar.gz", "cifar-10-batches-py"  # torchvision's names for its files
SIZES = {ARCHIVE: 170_498_071}  # bytes
URL_VARIABLE = "CHALKNET_CIFAR10_URL"
BLOCK = 1_000  # pictures that are copied at once


def info() -> DatasetInfo:
    """What the registry says; that files are there, not that they are sound, which would take seconds."""
    there = (_cache() / "meta.json", FILES.folder / BATCHES, FILES.folder / ARCHIVE)
    present = any(path.exists() for path in there)
    summary = "60,000 photographs of animals and vehicles, 32 x 32 pixels; the handout's data set."
    missing = "" if present else FILES.missing()
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


def script_lines(data: DataSpec) -> str:
    """The set as torchvision hands it out."""
    return (
        "import torchvision.datasets\n\n"
        "trainset = torchvision.datasets.CIFAR10(root='./data', train=True, download=True)\n"
        "testset = torchvision.datasets.CIFAR10(root='./data', train=False, download=True)\n"
        "train_images, train_labels = trainset.data, np.array(trainset.targets)\n"
        "test_images, test_labels = testset.data, np.array(testset.targets)\n"
        "classes = tuple(trainset.classes)"
    )


def _sums() -> dict[str, str]:
    from torchvision.datasets import CIFAR10

    return {ARCHIVE: CIFAR10.tgz_md5}


def _cache() -> Path:
    return FILES.folder / f"arrays-{arrays.FORMAT}.1"


def _write(target: Path) -> None:
    """Convert whatever sound files there are: the unpacked batches first, then the archive."""
    from torchvision.datasets.utils import extract_archive

    archive, batches = FILES.folder / ARCHIVE, FILES.folder / BATCHES
    if batches.exists():
        try:
            return _convert(FILES.folder, target)
        except DatasetError:
            if not archive.exists():
                raise
    # Checked before it is unpacked: the batches are pickles, which run code, and archives can write anywhere
    FILES.checked(ARCHIVE)
    with arrays.building(FILES.folder) as temporary:
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
            f"missing. Delete that folder, then download CIFAR-10 again or {FILES.by_hand()}"
        ) from error


FILES = PublishedFiles(NAME, TITLE, SIZES, sums=_sums, addresses=lambda name: [url()], load=load)
DATASET = Dataset(NAME, info, load, script_lines, files=FILES)
