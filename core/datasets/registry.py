"""Which data sets there are, and how to get one: every one arrives as the same ``ImageSet``."""

from core.datasets import cifar10, digits, own_images, shapes10
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.specs import DataSpec
from core.transfer_spec import PickedDataSpec

__all__ = ["DatasetError", "DatasetInfo", "available", "info", "load", "load_for"]


def available() -> list[DatasetInfo]:
    """All data sets, present or not: the built-in ones, CIFAR-10, then a person's own by name.

    Cheap enough for every rerun of a page: it looks for files and reads small JSON, nothing more.
    """
    return [shapes10.info(), digits.info(), cifar10.info(), *own_images.infos()]


def info(name: str) -> DatasetInfo:
    """One line of the registry.

    Raises
    ------
    DatasetError
        If there is no such data set; the sentence names those that there are.
    """
    known = available()
    for candidate in known:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in known)
    raise DatasetError(f"There is no data set {name!r} here; there are: {names}.")


def load(name: str, *, n_train: int | None = None, n_test: int | None = None) -> ImageSet:
    """A data set with at least so many pictures, memory-mapped and read-only.

    The first call may build the arrays on disk; later calls, from any process, only map them.

    Parameters
    ----------
    name : str
        A name from ``available()``.
    n_train, n_test : int, optional
        How many pictures are wanted; all by default. Shapes-10 draws fewer when few are wanted; every other
        set comes whole. Cut the rest off with ``ImageSet.subset``.

    Raises
    ------
    DatasetError
        If there is no such set, if it is not present on this machine, or if it has fewer pictures.
    """
    found = info(name)
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
    if name == shapes10.NAME:
        return shapes10.load(n_train or found.n_train, n_test or found.n_test)
    if name == digits.NAME:
        return digits.load()
    return cifar10.load() if name == cifar10.NAME else own_images.load(name)


def load_for(spec: DataSpec) -> ImageSet:
    """Exactly the pictures that a run's data settings name; the same ones on every machine.

    Raises
    ------
    DatasetError
        As ``load``; asking for more pictures than there are names the field, its value and the allowed range.
    """
    images = load(spec.dataset, n_train=spec.n_train, n_test=spec.n_test).subset(
        spec.n_train, spec.n_test, spec.random_state
    )
    return images.of_classes(spec.classes, spec.per_class) if isinstance(spec, PickedDataSpec) else images
