"""Fashion-MNIST: small grey pictures of clothes, from torchvision's own files, never fetched without being asked to."""

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.datasets import arrays, nearby
from core.datasets.dataset import Dataset
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetInfo
from core.datasets.published import PublishedFiles
from core.specs import DataSpec

NAME, TITLE = "fashion_mnist", "Fashion-MNIST"
# As torchvision has them
CLASS_NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
SOURCE = (
    "Pictures of articles of clothing by Han Xiao, Kashif Rasul and Roland Vollgraf (Zalando Research, 2017, "
    "arXiv:1708.07747), 28 x 28 grey pixels in a black frame of 2."
)
LICENCE = "MIT licence: use them for anything, with its notice."
N_TRAIN, N_TEST = 60_000, 10_000
SIZES = {  # bytes; the names are those of MNIST's files, which these replace
    "train-images-idx3-ubyte.gz": 26_421_880,
    "train-labels-idx1-ubyte.gz": 29_515,
    "t10k-images-idx3-ubyte.gz": 4_422_102,
    "t10k-labels-idx1-ubyte.gz": 5_148,
}
URL_VARIABLE = "CHALKNET_FASHION_MNIST_URL"
FRAME = (SIDE - 28) // 2  # pixels on each side
BLOCK = 1_000  # pictures that are copied at once


def info() -> DatasetInfo:
    """What the registry says; that files are there, not that they are sound."""
    with nearby.one_look():
        present = (_cache() / "meta.json").exists() or not FILES.absent
        missing = "" if present else FILES.missing()
    summary = "70,000 grey pictures of clothes, 28 x 28 pixels in a black frame."
    return DatasetInfo(NAME, TITLE, summary, N_TRAIN, N_TEST, CLASS_NAMES, present, missing, SOURCE, LICENCE)


def load() -> ImageSet:
    """All of Fashion-MNIST; the first time, the published files are checked by their MD5 sums and converted.

    Raises
    ------
    DatasetError
        If files are missing, or are not the published ones.
    """
    return arrays.open_or_build(_cache(), _write)


def addresses(name: str) -> list[str]:
    """Where a file is fetched from: the folder ``$CHALKNET_FASHION_MNIST_URL``, else torchvision's mirrors."""
    from torchvision.datasets import FashionMNIST  # here, as it brings torch, which no list of data sets needs

    chosen = os.environ.get(URL_VARIABLE)
    return [f"{folder.rstrip('/')}/{name}" for folder in ([chosen] if chosen else FashionMNIST.mirrors)]


def framed(grey: np.ndarray) -> np.ndarray:
    """Grey pictures as RGB in a black frame: no pixel is invented or changed.

    Parameters
    ----------
    grey : ndarray of shape (n, 28, 28), uint8

    Returns
    -------
    images : ndarray of shape (n, 32, 32, 3), uint8
    """
    padded = np.pad(grey, ((0, 0), (FRAME, FRAME), (FRAME, FRAME)))
    return np.repeat(padded[..., None], 3, axis=-1)


def script_lines(data: DataSpec) -> str:
    """The set as torchvision hands it out, framed as here."""
    return (
        "import torchvision.datasets\n\n\n"
        "def framed(grey):\n"
        f"    grey = np.pad(grey.numpy(), ((0, 0), ({FRAME}, {FRAME}), ({FRAME}, {FRAME})))  # 28 x 28 become 32 x 32\n"
        "    return np.repeat(grey[..., None], 3, axis=-1)\n\n\n"
        "trainset = torchvision.datasets.FashionMNIST(root='./data', train=True, download=True)\n"
        "testset = torchvision.datasets.FashionMNIST(root='./data', train=False, download=True)\n"
        "train_images, train_labels = framed(trainset.data), trainset.targets.numpy()\n"
        "test_images, test_labels = framed(testset.data), testset.targets.numpy()\n"
        "classes = tuple(trainset.classes)"
    )


def _sums() -> dict[str, str]:
    from torchvision.datasets import FashionMNIST

    return dict(FashionMNIST.resources)


def _cache() -> Path:
    return FILES.folder / f"arrays-{arrays.FORMAT}.1"


def _write(target: Path) -> None:
    """Unpack the files as torchvision wants them, and convert what it reads."""
    packed = {name: FILES.checked(name) for name in SIZES}  # torchvision itself does not look at unpacked files
    with arrays.building(FILES.folder) as temporary:
        raw = temporary / "FashionMNIST" / "raw"
        raw.mkdir(parents=True)
        for name, path in packed.items():
            with gzip.open(path) as file, (raw / Path(name).stem).open("wb") as unpacked:
                shutil.copyfileobj(file, unpacked)
        meta = {"name": NAME, "title": TITLE, "class_names": CLASS_NAMES, "source": SOURCE}
        arrays.write_set(target, meta, _blocks(temporary, train=True), _blocks(temporary, train=False))


def _blocks(root: Path, *, train: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from torchvision.datasets import FashionMNIST

    pictures = FashionMNIST(str(root), train=train)
    for start in range(0, len(pictures), BLOCK):
        chosen = slice(start, start + BLOCK)
        yield framed(pictures.data[chosen].numpy()), pictures.targets[chosen].numpy()


FILES = PublishedFiles(NAME, TITLE, SIZES, sums=_sums, addresses=addresses, load=load)
DATASET = Dataset(NAME, info, load, script_lines, files=FILES)
