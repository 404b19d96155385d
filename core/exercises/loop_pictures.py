"""The pictures that orders of lines are run on: few, and all of them training pictures of a data set.

So its test pictures stay unseen, also where the lab keeps them sealed.
"""

from dataclasses import replace

import numpy as np

from core.datasets import registry
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.specs import DataSpec

N_TRAIN, N_TEST, FEWEST = 2_000, 500, 200
BUILT_IN = "shapes10"


def fits(info: DatasetInfo) -> bool:
    """Whether there are enough of them to be divided, and into five folds."""
    return info.present and info.n_train >= FEWEST


def pictures_of(dataset: str, random_state: int = 0) -> ImageSet:
    """What the lines train and are judged on, both drawn from the set's training pictures.

    Raises
    ------
    DatasetError
        If the set is not here or has too few.
    """
    info = registry.info(dataset)
    if not fits(info):
        raise DatasetError(f"{info.title} has fewer than {FEWEST} training pictures here. Shapes-10 is built in.")
    n = min(info.n_train, N_TRAIN + N_TEST)
    whole = registry.load_for(DataSpec(dataset=dataset, n_train=n, n_test=1, random_state=random_state))
    order = np.random.default_rng(random_state).permutation(len(whole.train_labels))
    n_test = min(N_TEST, len(order) // 3)
    train, test = order[n_test:], order[:n_test]
    return replace(
        whole,
        train_images=whole.train_images[train], train_labels=whole.train_labels[train],
        test_images=whole.train_images[test], test_labels=whole.train_labels[test],
    )  # fmt: skip
