"""How good are the predictions: accuracy, confusion matrix, classes, and the most confident mistakes. NumPy only.

A network whose weights are no numbers (NaN) predicts nothing: ``argmax`` would name its first class for every picture,
so who shows probabilities asks ``predicts`` first.
"""

import math

import numpy as np

from core.lab.rates import Rate


def predicts(probabilities: np.ndarray) -> bool:
    """Whether every probability, or score, is a number: NaN has no largest one."""
    return not bool(np.isnan(probabilities).any())


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Share of pictures whose most probable class is the right one (handout, Question 1 c).

    NaN where one of the probabilities is: there is nothing that could be right.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_classes)
        Or scores: only their order counts.
    labels : ndarray of shape (n,), int
    """
    return float((probabilities.argmax(axis=1) == labels).mean()) if predicts(probabilities) else math.nan


def confusion_matrix(predicted: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Counts of shape (n_classes, n_classes), int64: row is the true class, column the predicted class."""
    return np.bincount(labels * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)


def per_class_accuracy(matrix: np.ndarray) -> np.ndarray:
    """Share of each true class that is classified correctly, (n_classes,); NaN for a class without pictures."""
    totals = matrix.sum(axis=1)
    return np.divide(matrix.diagonal(), totals, out=np.full(len(matrix), np.nan), where=totals > 0)


def class_rates(matrix: np.ndarray) -> list[Rate]:
    """Of each true class, how many of how many are classified correctly."""
    return [Rate(int(k), int(n)) for k, n in zip(matrix.diagonal(), matrix.sum(axis=1), strict=True)]


def cell_members(probabilities: np.ndarray, labels: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """The pictures behind one cell of the confusion matrix, most confident prediction first.

    Returns
    -------
    ndarray of int64
        Indices into the test pictures.
    """
    members = np.flatnonzero((labels == true) & (probabilities.argmax(axis=1) == predicted))
    return members[np.argsort(-probabilities[members, predicted], kind="stable")]


def worst_mistakes(probabilities: np.ndarray, labels: np.ndarray, n: int = 12) -> np.ndarray:
    """The ``n`` wrong predictions of which the network was surest, surest first, as indices."""
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    return wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:n]
