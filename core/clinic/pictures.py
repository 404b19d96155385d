"""The pictures of the clinic's patients: a data set of ten classes, cut so that some have never been seen."""

from __future__ import annotations

from dataclasses import replace

from core.datasets import registry
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.specs import DataSpec

N_TRAIN = 2_001  # batches of 50 leave one over, batches of 32 don't
N_TEST = 500
FEWEST = 1_001
BUILT_IN = "shapes10"


def fits(info: DatasetInfo) -> bool:
    """Whether a data set can have patients: the scripts have ten outputs, and two parts of test pictures are needed."""
    enough = info.n_train >= FEWEST and info.n_test >= 2 * N_TEST
    return info.present and len(info.class_names) == 10 and enough


def pictures_of(dataset: str, random_state: int = 0) -> ImageSet:
    """What a script trains and is tested on, drawn from a data set.

    Raises
    ------
    DatasetError
        If the set is not here or does not fit.
    """
    return parts_of(dataset, random_state)[0]


def parts_of(dataset: str, random_state: int = 0, *, n_train: int = N_TRAIN) -> tuple[ImageSet, ImageSet]:
    """The patient's pictures, and the same with fresh test pictures in the place of its own."""
    info = registry.info(dataset)
    if not fits(info):
        raise DatasetError(
            f"{info.title} can't be used here: a patient needs ten classes, at least {FEWEST:,} training and "
            f"{2 * N_TEST:,} test pictures. Shapes-10 is built in."
        )
    most = (info.n_train - 1) // 200 * 200 + 1
    spec = DataSpec(dataset=dataset, n_train=min(n_train, most), n_test=2 * N_TEST, random_state=random_state)
    whole = registry.load_for(spec)
    images, labels = whole.test_images, whole.test_labels
    seen = replace(whole, test_images=images[:N_TEST], test_labels=labels[:N_TEST])
    return seen, replace(whole, test_images=images[N_TEST:], test_labels=labels[N_TEST:])
