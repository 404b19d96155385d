"""Digits: real handwriting, small enough to be built in."""

from pathlib import Path

import numpy as np

from core.datasets import arrays
from core.datasets.dataset import Dataset
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetInfo
from core.lab import paths
from core.specs import DataSpec

NAME, TITLE = "digits", "Digits"
CLASS_NAMES = tuple("0123456789")
SOURCE = (
    "Handwritten digits of 43 people, 8 x 8 pixels, from scikit-learn's load_digits "
    "(UCI, Optical Recognition of Handwritten Digits, the test part), enlarged fourfold."
)
LICENCE = "CC BY 4.0: name the source when you show them."
N_TRAIN, N_TEST = 1_437, 360  # a fifth for testing, of 1,797
CONTENTS = 1  # part of the folder's name: raise it when the pictures or the split change


def info() -> DatasetInfo:
    """What the registry says; always present, because scikit-learn carries the pictures with it."""
    summary = "Real handwritten digits, 8 x 8 pixels enlarged; built in."
    return DatasetInfo(NAME, TITLE, summary, N_TRAIN, N_TEST, CLASS_NAMES, True, "", SOURCE, LICENCE)


def load() -> ImageSet:
    """All digits, converted first where they are not on disk yet."""
    return arrays.open_or_build(paths.datasets() / NAME / f"arrays-{arrays.FORMAT}.{CONTENTS}", _write)


def enlarge(digits: np.ndarray) -> np.ndarray:
    """Grey 8 x 8 pictures with 17 levels as 32 x 32 RGB.

    Each pixel becomes a square of 4 x 4 (nearest neighbour): nothing is invented, and the 8 x 8 stay visible.

    Parameters
    ----------
    digits : ndarray of shape (n, 8, 8)
        From 0 to 16, as scikit-learn has them.

    Returns
    -------
    images : ndarray of shape (n, 32, 32, 3), uint8
    """
    grey = np.round(digits * (255 / 16)).astype(np.uint8)
    grey = grey.repeat(SIDE // 8, axis=1).repeat(SIDE // 8, axis=2)
    return np.repeat(grey[..., None], 3, axis=-1)


def script_lines(data: DataSpec) -> str:
    """The set from scikit-learn, enlarged and split as here."""
    return (
        "from sklearn.datasets import load_digits\n"
        "from sklearn.model_selection import train_test_split\n\n"
        "bunch = load_digits()\n"
        "grey = np.round(bunch.images * (255 / 16)).astype(np.uint8)\n"
        "grey = grey.repeat(4, axis=1).repeat(4, axis=2)  # 8 x 8 pixels become 32 x 32\n"
        "images, labels = np.repeat(grey[..., None], 3, axis=-1), bunch.target\n"
        f"train, test = train_test_split(np.arange(len(labels)), test_size={N_TEST}, random_state=0,"
        " stratify=labels)\n"
        "train_images, train_labels = images[train], labels[train]\n"
        "test_images, test_labels = images[test], labels[test]\n"
        'classes = tuple("0123456789")'
    )


def _write(folder: Path) -> None:
    # Imported here: scikit-learn takes most of a second, and only the first load ever needs it
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images, labels = enlarge(bunch.images), bunch.target.astype(np.int64)
    train, test = train_test_split(np.arange(len(labels)), test_size=N_TEST, random_state=0, stratify=labels)
    meta = {"name": NAME, "title": TITLE, "class_names": CLASS_NAMES, "source": SOURCE}
    arrays.write_set(folder, meta, [(images[train], labels[train])], [(images[test], labels[test])])


DATASET = Dataset(NAME, info, load, script_lines)
