"""The pictures of the clinic's patients: of a data set of ten classes, cut so that some have never been seen.

All of them are drawn from the set's training pictures: what a patient calls its test pictures are held out of these, so
that the set's own test pictures stay unseen, also where the lab keeps them sealed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets import registry
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.specs import DataSpec

N_TRAIN = 2_001  # batches of 50 leave one over, batches of 32 don't
N_TEST = 500
FEWEST = 1_001
BUILT_IN = "shapes10"


def fits(info: DatasetInfo) -> bool:
    """Whether a data set can have patients: the scripts have ten outputs, and three parts of pictures are needed."""
    return info.present and len(info.class_names) == 10 and info.n_train >= FEWEST + 2 * N_TEST


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
            f"{info.title} can't be used here: a patient needs ten classes and at least {FEWEST + 2 * N_TEST:,} "
            "training pictures. Shapes-10 is built in."
        )
    most = (info.n_train - 2 * N_TEST - 1) // 200 * 200 + 1
    n_train = min(n_train, most)
    spec = DataSpec(dataset=dataset, n_train=n_train + 2 * N_TEST, n_test=1, random_state=random_state)
    whole = registry.load_for(spec)
    order = np.random.default_rng(random_state).permutation(len(whole.train_labels))
    train, test, fresh = np.split(order, [n_train, n_train + N_TEST])

    def part(judged: np.ndarray) -> ImageSet:
        return replace(
            whole,
            train_images=whole.train_images[train], train_labels=whole.train_labels[train],
            test_images=whole.train_images[judged], test_labels=whole.train_labels[judged],
        )  # fmt: skip

    return part(test), part(fresh)
