"""Which data sets there are, and how to get one: every one arrives as the same ``ImageSet``."""

import dataclasses

import numpy as np

from core.datasets import cifar10, digits, fashion_mnist, shapes10
from core.datasets.dataset import Dataset
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.datasets.own import sets as own_sets
from core.specs import DataSpec
from core.specs.transfer import PickedDataSpec

# In the order in which a person finds them; own ones follow
DATASETS: tuple[Dataset, ...] = (
    shapes10.DATASET,
    digits.DATASET,
    cifar10.DATASET,
    fashion_mnist.DATASET,
)
_BY_NAME = {dataset.name: dataset for dataset in DATASETS}


def record(name: str) -> Dataset:
    """All that makes a data set different from the others.

    A name that none of the lab's sets has is that of an own set, which may be gone or on another machine: its runs
    still have a script.
    """
    return _BY_NAME.get(name) or own_sets.record(name)


def available() -> list[DatasetInfo]:
    """All data sets, present or not: the lab's in their order, then a person's own by name.

    Cheap enough for every rerun of a page: it looks for files and reads small JSON, nothing more.
    """
    return [dataset.info() for dataset in (*DATASETS, *own_sets.records())]


def info(name: str) -> DatasetInfo:
    """One line of the registry.

    Raises
    ------
    DatasetError
        If there is no such data set; the sentence names those that there are.
    """
    known = {dataset.name: dataset for dataset in (*DATASETS, *own_sets.records())}
    if name not in known:
        raise DatasetError(f"There is no data set {name!r} here; there are: {', '.join(known)}.")
    return known[name].info()


def load(
    name: str, *, n_train: int | None = None, n_test: int | None = None, large: bool = False
) -> ImageSet:
    """A data set with at least so many pictures, memory-mapped and read-only.

    The first call may build the arrays on disk; later calls, from any process, only map them.

    Parameters
    ----------
    name : str
        A name from ``available()``.
    n_train, n_test : int, optional
        How many pictures are wanted; all by default. Shapes-10 draws fewer when few are wanted; every other
        set comes whole. Cut the rest off with ``ImageSet.subset``.
    large : bool
        The pictures at the larger side at which they are kept, where they are.

    Raises
    ------
    DatasetError
        If there is no such set, if it is not present on this machine, or if it has fewer pictures.
    """
    found, dataset = info(name), record(name)
    if not found.present:
        raise DatasetError(found.missing)
    for field, wanted, low, most in (
        ("n_train", n_train, 2, found.n_train),
        ("n_test", n_test, 1, found.n_test),
    ):
        if wanted is not None and not low <= wanted <= most:
            split = "training" if field == "n_train" else "test"
            raise DatasetError(
                f"{field} is {wanted}; {found.title} has {most} {split} pictures: allowed is {low} to {most}."
            )
    if large and dataset.load_large is not None:
        return dataset.load_large()
    if dataset.load_part is not None:
        return dataset.load_part(n_train or found.n_train, n_test or found.n_test)
    return dataset.load()


def load_for(spec: DataSpec, *, side: int = SIDE) -> ImageSet:
    """Exactly the pictures that a run's data settings name; the same ones on every machine.

    Parameters
    ----------
    spec : DataSpec
    side : int
        Pixels that are wanted. From more than 32 on, the same pictures come at the side at which the set keeps them,
        which may be more or less than what is wanted; a set that has no larger ones gives 32.

    Raises
    ------
    DatasetError
        As ``load``; asking for more pictures than there are names the field, its value and the allowed range.
    """
    whole = load(spec.dataset, n_train=spec.n_train, n_test=spec.n_test, large=side > SIDE)
    # Chosen among their numbers first: of 300 MB of pictures only those that are wanted are read
    chosen = dataclasses.replace(
        whole, train_images=np.arange(len(whole.train_labels)), test_images=np.arange(len(whole.test_labels))
    ).subset(spec.n_train, spec.n_test, spec.random_state)
    if isinstance(spec, PickedDataSpec):
        chosen = chosen.of_classes(spec.classes, spec.per_class)
    return dataclasses.replace(
        chosen,
        train_images=_take(whole.train_images, chosen.train_images),
        test_images=_take(whole.test_images, chosen.test_images),
    )


def _take(pictures: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Copies of the pictures with these numbers; where these are all in their order, the mapped file itself."""
    return pictures if np.array_equal(numbers, np.arange(len(pictures))) else pictures[numbers]
