"""Wrong labels on purpose: a share of the training labels is replaced by another class each."""

from dataclasses import replace

import numpy as np

from core.datasets.image_set import ImageSet


def with_label_noise(pictures: ImageSet, share: float, random_state: int) -> ImageSet:
    """The same pictures, with wrong labels among those that train.

    Parameters
    ----------
    pictures : ImageSet
    share : float
        Of the training labels that become wrong, from 0 to 1; rounded to whole labels. Each becomes one of the other
        classes, all equally likely. The test labels stay as they are.
    random_state : int
        Of which labels, and of the classes that they become.
    """
    labels = np.array(pictures.train_labels)
    rng = np.random.default_rng((random_state, 1))  # the pictures themselves are drawn with the plain seed
    wrong = rng.permutation(len(labels))[: round(share * len(labels))]
    n_classes = len(pictures.class_names)
    labels[wrong] = (labels[wrong] + rng.integers(1, n_classes, len(wrong))) % n_classes
    return replace(pictures, train_labels=labels)


def agreement(accuracy: float, share: float, n_classes: int) -> float:
    """How many of such labels a classifier agrees with that has this accuracy on the right ones.

    With the right labels where it is right and the label stayed; with a wrong one where it is wrong and hits the very
    class that the label became. Its errors are taken to be independent of the labels' and even over the classes.
    """
    return accuracy * (1 - share) + (1 - accuracy) * share / (n_classes - 1)
