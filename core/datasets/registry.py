"""Which data sets there are, and how to get one: every one arrives as the same ``ImageSet``."""

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Iterable

import numpy as np

from core.datasets import cifar10, digits, fashion_mnist, shapes10
from core.datasets.dataset import Dataset
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.datasets.own import content
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
    """All data sets, present or not: the lab's in their order, then people's own by title.

    No two have the same title: an own one whose title another set has too is told apart by its mark.
    Cheap enough for every rerun of a page: it looks for files and reads small JSON, nothing more.
    """
    labs = [dataset.info() for dataset in DATASETS]
    return labs + _told_apart([dataset.info() for dataset in own_sets.records()], labs)


def info(name: str) -> DatasetInfo:
    """One line of the registry.

    Raises
    ------
    DatasetError
        If there is no such data set; the sentence names those that there are.
    """
    if name in _BY_NAME:
        return _BY_NAME[name].info()
    known = {found.name: found for found in available()}
    if name not in known:
        if own_sets.numbered(name) is not None:
            raise DatasetError(record(name).info().missing)
        raise DatasetError(f"There is no data set {name!r} here; there are: {', '.join(known)}.")
    return known[name]


def _told_apart(own: list[DatasetInfo], labs: Iterable[DatasetInfo]) -> list[DatasetInfo]:
    """Own sets by title, each with one that nobody else has."""
    often = Counter(_as_seen(info.title) for info in (*labs, *own))
    told = [
        dataclasses.replace(info, title=f"{info.title} ({content.mark_of(info.name)})")
        if often[_as_seen(info.title)] > 1 else info
        for info in own
    ]  # fmt: skip
    return sorted(told, key=lambda info: (info.title.casefold(), info.name))


def _as_seen(title: str) -> str:
    """What two titles that look the same have in common."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return "".join(" " if c in "-\u2010\u2011\u2012\u2013\u2212_" else c
                   for c in plain if unicodedata.category(c) != "Cf")  # fmt: skip


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
    found.check(n_train, n_test)
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
    is_sealed = spec.judged_on == "validation"  # then test pictures are not even looked at
    n_train, n_test = spec.wanted
    whole = load(spec.dataset, n_train=n_train, n_test=n_test, large=side > SIDE)
    # Chosen among their numbers first: of 300 MB of pictures only those that are wanted are read
    chosen = _chosen(spec, dataclasses.replace(
        whole, train_images=np.arange(len(whole.train_labels)), test_images=np.arange(len(whole.test_labels))
    ))  # fmt: skip
    return dataclasses.replace(
        chosen,
        train_images=_take(whole.train_images, chosen.train_images),
        test_images=_take(whole.train_images if is_sealed else whole.test_images, chosen.test_images),
    )


def labels_for(spec: DataSpec) -> ImageSet | None:
    """The labels of a run's pictures, where an own set was deleted: pictures of 0 x 0 pixels, in the run's order.

    None where the set was not deleted here, so that nothing is known of it.
    """
    numbered = own_sets.numbered(spec.dataset)
    if numbered is None:
        return None
    chosen = _chosen(spec, numbered)
    n_train, n_test = len(chosen.train_labels), len(chosen.test_labels)
    train, test = (np.empty((n, 0, 0, 3), np.uint8) for n in (n_train, n_test))
    return dataclasses.replace(chosen, train_images=train, test_images=test)


def _chosen(spec: DataSpec, numbered: ImageSet) -> ImageSet:
    """Which pictures a run gets, of a set that has their numbers in their place."""
    draw = numbered.held_out if spec.judged_on == "validation" else numbered.subset
    chosen = draw(spec.n_train, spec.n_test, spec.random_state)
    return chosen.of_classes(spec.classes, spec.per_class) if isinstance(spec, PickedDataSpec) else chosen


def _take(pictures: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Copies of the pictures with these numbers; where these are all in their order, the mapped file itself."""
    return pictures if np.array_equal(numbers, np.arange(len(pictures))) else pictures[numbers]
