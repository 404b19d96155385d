"""CIFAR-10, the handout's data set: from torchvision's own files, never fetched without being asked to."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.datasets import arrays, cifar10_files, nearby
from core.datasets.cifar10_files import ARCHIVE, BATCHES
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
SIZES = {ARCHIVE: 170_498_071}  # bytes
URL_VARIABLE = "CHALKNET_CIFAR10_URL"
BLOCK = 1_000  # pictures that are copied at once


def info() -> DatasetInfo:
    """What the registry says; that files are there, not that they are sound, which would take seconds."""
    with nearby.one_look():
        present = (_cache() / "meta.json").exists() or any(cifar10_files.found(FILES))
        missing = "" if present else _missing()
    summary = "60,000 photographs of animals and vehicles, 32 x 32 pixels; the handout's data set."
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
    """Convert the first sound files that there are."""
    told = ""
    for found in cifar10_files.found(FILES):
        try:
            return _convert(found, target)
        except DatasetError as error:
            cifar10_files.note_unsound(found, str(error))
            told = told or str(error)
    raise DatasetError(told or _missing())


def _convert(found: Path, target: Path) -> None:
    """Batches that are unpacked, or an archive of them."""
    if found.is_dir():
        return _convert_batches(found, target)
    if found.suffix != ".tar":
        wrong = nearby.what_is_wrong(found, SIZES[ARCHIVE], _sums()[ARCHIVE])
        if wrong:
            raise DatasetError(wrong)
    with arrays.building(FILES.folder) as temporary:
        cifar10_files.unpack(found, temporary / BATCHES)
        return _convert_batches(temporary / BATCHES, target)


def _convert_batches(folder: Path, target: Path) -> None:
    """torchvision's files in ``folder`` as arrays in ``target``; it checks their MD5 sums before it reads them."""
    from torchvision.datasets import CIFAR10

    class Here(CIFAR10):
        base_folder = folder.name  # which may be another than torchvision's own

    def blocks(train: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        pictures = Here(str(folder.parent), train=train)
        labels = np.array(pictures.targets, np.int64)
        for start in range(0, len(labels), BLOCK):
            yield pictures.data[start : start + BLOCK], labels[start : start + BLOCK]

    meta = {"name": NAME, "title": TITLE, "class_names": CLASS_NAMES, "source": SOURCE}
    try:
        arrays.write_set(target, meta, blocks(train=True), blocks(train=False))
    except RuntimeError as error:
        raise DatasetError(
            f"The files in {folder} are not the published ones: an MD5 sum differs or a file is "
            f"missing. Delete that folder, then download CIFAR-10 again or {FILES.by_hand()}"
        ) from error


def _missing() -> str:
    return cifar10_files.why_unsound(FILES) or cifar10_files.another_version(FILES) or FILES.missing()


FILES = PublishedFiles(NAME, TITLE, SIZES, sums=_sums, addresses=lambda name: [url()], load=load)
DATASET = Dataset(NAME, info, load, script_lines, files=FILES)
