"""What one looks at in a data set: its classes in numbers, pictures by class, mean pictures. NumPy only."""

import numpy as np

from core.datasets.image_set import SIDE

_BLOCK = 5_000  # pictures that are summed at once, so that a mapped set need not be in memory


def counts(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Pictures of each class, of shape (n_classes,), int64."""
    return np.bincount(labels, minlength=n_classes)


def by_class(
    labels: np.ndarray, classes: range, *, columns: int, page: int = 0, random_state: int = 0
) -> list[np.ndarray]:
    """The pictures of one page of a mosaic.

    Parameters
    ----------
    labels : ndarray of shape (n,), int
    classes : range
        The classes to show, a row each.
    columns : int
        Pictures a row.
    page : int
        From 0; a class that has no more pictures has an empty row.
    random_state : int
        0 keeps the set's own order, any other number is a shuffle.

    Returns
    -------
    list of ndarray of int64
        Indices of pictures, a row each.
    """
    rows = []
    for label in classes:
        members = np.flatnonzero(labels == label)
        if random_state:
            members = np.random.default_rng([random_state, label]).permutation(members)
        rows.append(members[page * columns : (page + 1) * columns])
    return rows


def n_pages(labels: np.ndarray, n_classes: int, columns: int) -> int:
    """Pages of the mosaic: as many as the largest class needs."""
    return max(1, -(-int(counts(labels, n_classes).max(initial=0)) // columns))


def sheet(images: np.ndarray, rows: list[np.ndarray], columns: int) -> np.ndarray:
    """The pictures of a mosaic in one, of shape (len(rows) * 32, columns * 32, 3), uint8; empty places are grey."""
    page = np.full((len(rows), SIDE, columns, SIDE, 3), 128, np.uint8)
    for r, members in enumerate(rows):
        for c, index in enumerate(members):
            page[r, :, c] = images[index]
    return page.reshape(len(rows) * SIDE, columns * SIDE, 3)


def mean_pictures(images: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """The mean of each class, of shape (n_classes, 32, 32, 3), float64; NaN for a class without pictures."""
    sums = np.zeros((n_classes, SIDE, SIDE, 3))
    for start in range(0, len(labels), _BLOCK):
        block, of = images[start : start + _BLOCK], labels[start : start + _BLOCK]
        for label in np.unique(of):
            sums[label] += block[of == label].sum(axis=0, dtype=np.float64)
    totals = counts(labels, n_classes)[:, None, None, None]
    return np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)


def nearest_mean_accuracy(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], n_classes: int
) -> float:
    """How well the simplest of all networks does: each picture is given the class whose mean picture is nearest.

    A yardstick for how hard a data set is, at once and without training.
    """
    means = mean_pictures(*train, n_classes).reshape(n_classes, -1)
    means = np.where(np.isnan(means), np.inf, means)
    pictures = test[0].reshape(len(test[0]), -1).astype(np.float64)
    finite = np.isfinite(means[:, 0])
    distances = np.full((len(pictures), n_classes), np.inf)
    # The picture's own square is the same for all classes
    distances[:, finite] = (means[finite] ** 2).sum(axis=1) - 2 * pictures @ means[finite].T
    return float((distances.argmin(axis=1) == test[1]).mean())
