"""What folds add up to: their scores, how sure the mean is, and all pictures, each judged by a fold it was not in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.crossval.splits import fold_of_each, parts
from core.datasets.image_set import ImageSet
from core.runs.experiments import MemberSnapshot, Snapshot
from core.specs.folds import FoldSpec

CONFIDENCE = 0.95


@dataclass(frozen=True)
class FoldScore:
    """One fold of an experiment as it stands.

    Attributes
    ----------
    member : MemberSnapshot
    spec : FoldSpec
        The member's.
    """

    member: MemberSnapshot
    spec: FoldSpec

    @property
    def name(self) -> str:
        """What it is called, such as ``"fold 1"``."""
        return str(self.member.labels.get("fold", ""))

    @property
    def accuracy(self) -> float | None:
        """Of what it judges, from 0 to 1; None before it has finished: a fold cut short has no fold's score."""
        return self.member.accuracy


@dataclass(frozen=True)
class Summary:
    """Mean and spread of scores, all from 0 to 1.

    Attributes
    ----------
    low, high : float
        Ends of the interval of the mean; NaN where there is only one score.
    """

    n: int
    mean: float
    deviation: float
    low: float
    high: float


def read(now: Snapshot) -> list[FoldScore]:
    """The folds of an experiment in their order."""
    return [FoldScore(member, member.spec) for member in now.members if isinstance(member.spec, FoldSpec)]


def accuracies(scores: Sequence[FoldScore]) -> list[float]:
    """Of those that have finished."""
    return [score.accuracy for score in scores if score.accuracy is not None]


def summary(accuracies: Sequence[float], n_folds: int) -> Summary:
    """Mean, standard deviation, and an interval of the mean.

    The interval is Student's, with the variance that Nadeau and Bengio (2003) give for scores whose training parts
    overlap: ``(1 / n + n_judged / n_trained) * variance``, wider than the plain ``1 / n``. They derive it for random
    splits; for the K folds of one deal it is an approximation, and no exact one is known (Bengio and Grandvalet, 2004).

    Parameters
    ----------
    accuracies : sequence of float
    n_folds : int
        K: each score is of one part in K.
    """
    n = len(accuracies)
    mean = float(np.mean(accuracies)) if n else math.nan
    if n < 2:
        return Summary(n, mean, math.nan, math.nan, math.nan)
    from scipy.special import stdtrit  # a tenth of a second that the page's first visit need not wait for

    deviation = float(np.std(accuracies, ddof=1))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * deviation * math.sqrt(1 / n + 1 / (n_folds - 1))
    return Summary(n, mean, deviation, max(0.0, mean - half), min(1.0, mean + half))


def chance_band(share: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where a score of ``n`` pictures lies by chance alone, if each is classified correctly with the same probability.

    Parameters
    ----------
    share : float
        That probability.
    n : int
        Pictures that a split judges.

    Returns
    -------
    low, high : float
        The binomial distribution's quantiles, as shares: at most ``1 - confidence`` of the scores lie outside.
    """
    from scipy.special import bdtr

    k = np.arange(n + 1)
    below = bdtr(k, n, share)
    tail = (1 - confidence) / 2
    return float(k[below >= tail][0]) / n, float(k[below >= 1 - tail - 1e-12][0]) / n


@dataclass(frozen=True)
class OutOfFold:
    """All training pictures, each as the fold saw it that had not trained on it.

    Attributes
    ----------
    fold_of_each : ndarray of shape (n,), int64
    probabilities : ndarray of shape (n, n_classes), float32
        NaN where the fold has not judged yet.
    """

    fold_of_each: np.ndarray
    probabilities: np.ndarray

    @property
    def judged(self) -> np.ndarray:
        """Which pictures have been judged, shape (n,), bool."""
        return ~np.isnan(self.probabilities[:, 0])

    def right(self, labels: np.ndarray) -> np.ndarray:
        """1 where the prediction is the label, 0 where it is not, NaN where there is none yet; shape (n,), float."""
        return np.where(self.judged, self.probabilities.argmax(axis=1) == labels, np.nan).astype(float)


def out_of_fold(scores: Sequence[FoldScore], images: ImageSet) -> OutOfFold:
    """Put the folds' judgements together.

    Parameters
    ----------
    scores : sequence of FoldScore
        Of one set of K folds.
    images : ImageSet
        The pictures of these folds (``core.crossval.splits.pictures``).
    """
    labels, names = images.train_labels, images.class_names
    together = np.full((len(labels), len(names)), np.nan, dtype=np.float32)
    for score in scores:
        given = score.member.probabilities() if score.accuracy is not None else None
        if given is not None:
            judged = parts(score.spec, labels, names).judged
            together[judged] = given[: len(judged)]  # clean test pictures may stand behind them
    return OutOfFold(fold_of_each(scores[0].spec, labels, names), together)


def clean_accuracy(score: FoldScore, images: ImageSet) -> float | None:
    """The accuracy on the clean test pictures of a fold that judged them besides."""
    given = score.member.probabilities() if score.accuracy is not None and score.spec.judges_test else None
    if given is None:
        return None
    n = len(images.test_labels)
    return float((given[-n:].argmax(axis=1) == images.test_labels).mean())
