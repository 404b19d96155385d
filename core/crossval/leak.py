"""The leak: near-duplicates of training pictures that lie in other folds, as albums and crawled sets have them.

A picture is replaced, never added: as many pictures as before, the same labels, the same folds. The pictures that are
replaced are gone, so there are fewer distinct ones to learn from, which clean test pictures show.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.datasets.image_set import ImageSet
from core.specs.folds import LeakSpec

BRIGHTER = 12  # of 255


@dataclass(frozen=True)
class Leaked:
    """Pictures with copies among them.

    Attributes
    ----------
    images : ImageSet
        The training pictures at ``copies`` show what those at ``originals`` show, slightly changed.
    copies, originals : ndarray of shape (m,), int64
    """

    images: ImageSet
    copies: np.ndarray
    originals: np.ndarray


def leaked(images: ImageSet, fold_of_each: np.ndarray, spec: LeakSpec) -> Leaked:
    """Replace pictures by near-duplicates of pictures of the same class that another fold judges.

    Parameters
    ----------
    images : ImageSet
        Left as it is.
    fold_of_each : ndarray of shape (n_train,), int
        The fold that judges each training picture.
    spec : LeakSpec
        ``share`` of the training pictures, at most half, becomes copies of others.
    """
    rng = np.random.default_rng(spec.random_state)
    labels, wanted = images.train_labels, round(spec.share * len(images.train_labels))
    copies, originals = pairs(labels, fold_of_each, wanted, rng)
    changed = np.array(images.train_images)
    for copy, original in zip(copies, originals, strict=True):
        changed[copy] = near_duplicate(images.train_images[original], rng)
    return Leaked(replace(images, train_images=changed), copies, originals)


def pairs(
    labels: np.ndarray, fold_of_each: np.ndarray, wanted: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Up to ``wanted`` pairs of the same class in different folds; no picture is in two of them.

    Returns
    -------
    copies, originals : ndarray of shape (m,), int64
        ``m`` is smaller than ``wanted`` where the classes and folds allow no more.
    """
    found: list[tuple[int, int]] = []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        # In order of folds, a half ahead: partners are of different folds as long as no fold has more than half
        members = members[np.argsort(fold_of_each[members], kind="stable")]
        half = len(members) // 2
        found += [
            (int(members[i + half]), int(members[i]))
            for i in range(half)
            if fold_of_each[members[i]] != fold_of_each[members[i + half]]
        ]
    chosen = [found[i] for i in rng.permutation(len(found))[:wanted]]
    table = np.array(chosen, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def near_duplicate(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same picture to the eye: mirrored, shifted by a pixel, or a little brighter or darker.

    Parameters
    ----------
    picture : ndarray of shape (height, width, 3), uint8
    rng : numpy.random.Generator
    """
    how = rng.integers(3)
    if how == 0:
        return picture[:, ::-1]
    if how == 1:
        down, right = [(0, 1), (0, -1), (1, 0), (-1, 0)][rng.integers(4)]
        padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
        height, width = picture.shape[:2]
        return padded[1 - down : 1 - down + height, 1 - right : 1 - right + width]
    by = BRIGHTER if rng.integers(2) else -BRIGHTER
    return np.clip(picture.astype(np.int16) + by, 0, 255).astype(np.uint8)
