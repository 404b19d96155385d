"""Is that difference real? Contestants trained with the same seeds, compared in pairs, and said in plain words.

Two runs of one seed share their initial weights and the order of their pictures, so their difference is free of that
luck: the paired t interval asks how far the mean difference may be from what endless seeds would show.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from core.lab.words import count

FEWEST_SEEDS = 3
MOST_NEEDED = 1_000  # beyond so many seeds the number is not told
_IF_TRUE = ", if that is the true difference"
POWER = 0.8  # "needed" means: a difference of this size is then seen in four repeats of five


@dataclass(frozen=True)
class Comparison:
    """The mean of ``first - second`` over seeds.

    Attributes
    ----------
    first, second : str
    n : int
        Seeds in which both have a score.
    difference, low, high : float
        Mean and its interval, in the unit of the scores; NaN where there are fewer than two seeds.
    confidence : float
        Of this interval, from 0 to 1.
    n_needed : int or None
        Seeds with which a difference as large as this one would be told in four repeats of five; None where there is
        no difference, or more than ``MOST_NEEDED`` would be needed. It takes the observed difference and spread for the
        true ones, which nobody knows.
    n_together : int
        Intervals that hold together with 95 %: this one is the wider for it (``compare_all``).
    """

    first: str
    second: str
    n: int
    difference: float
    low: float
    high: float
    confidence: float
    n_needed: int | None
    n_together: int = 1

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.n >= FEWEST_SEEDS and (self.low > 0 or self.high < 0)


def compare(
    first: Sequence[float],
    second: Sequence[float],
    *,
    names: tuple[str, str] = ("the first", "the second"),
    confidence: float = 0.95,
    resolution: float = 0.0,
) -> Comparison:
    """Compare two contestants seed by seed (the paired t interval, as ``scipy.stats.ttest_rel`` has it).

    Parameters
    ----------
    first, second : sequence of float
        A score a seed, in the same order of seeds; a pair with a NaN (a run that diverged) is left out.
    names : pair of str
    confidence : float
        From 0 to 1, both excluded.
    resolution : float
        The step in which a score can move: 1 / n for the share of n pictures. Three equal differences of one picture
        would otherwise have no spread at all, and pass for certainty: the rounding of both scores is the least spread.

    Raises
    ------
    ValueError
        If the numbers of seeds differ.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"{names[0]} has {a.size} scores and {names[1]} has {b.size}; a pair needs one of each.")
    differences = (a - b)[np.isfinite(a) & np.isfinite(b)]
    n = len(differences)
    if n < 2:
        mean = float(differences.mean()) if n else math.nan
        return Comparison(*names, n, mean, math.nan, math.nan, confidence, None)
    mean = float(differences.mean())
    spread = max(float(differences.std(ddof=1)), resolution / math.sqrt(6))
    half = _t_quantile(confidence, n) * spread / math.sqrt(n)
    return Comparison(
        *names, n, mean, mean - half, mean + half, confidence, seeds_needed(mean, spread, confidence=confidence)
    )


def compare_all(
    scores: Mapping[str, Sequence[float]], *, confidence: float = 0.95, resolution: float = 0.0
) -> list[Comparison]:
    """Each two contestants, the better one of a pair first.

    The more pairs, the likelier is one of them ahead by luck. So the intervals of m pairs are made wider
    (Bonferroni: each of confidence ``1 - (1 - confidence) / m``), and *all together* they hold with ``confidence``.
    """
    pairs = list(combinations(scores, 2))
    each = 1 - (1 - confidence) / max(1, len(pairs))
    compared = []
    for a, b in pairs:
        forth = compare(scores[a], scores[b], names=(a, b), confidence=each, resolution=resolution)
        if forth.difference < 0:
            forth = compare(scores[b], scores[a], names=(b, a), confidence=each, resolution=resolution)
        compared.append(replace(forth, n_together=len(pairs)))
    return compared


def seeds_needed(difference: float, spread: float, *, confidence: float = 0.95) -> int | None:
    """Seeds with which a true difference of this size is told apart from none in four repeats of five.

    Parameters
    ----------
    difference, spread : float
        Mean of the paired differences, and their standard deviation.
    """
    if not difference or not math.isfinite(difference):
        return None
    if not spread:
        return FEWEST_SEEDS
    effect = abs(difference) / spread
    low, high = FEWEST_SEEDS, MOST_NEEDED
    if _power(effect, high, confidence) < POWER:
        return None
    while low < high:  # power grows with n
        middle = (low + high) // 2
        if _power(effect, middle, confidence) >= POWER:
            high = middle
        else:
            low = middle + 1
    return low


def verdict(comparison: Comparison, *, unit: str = "points", scale: float = 100.0) -> str:
    """What one pair shows, in a sentence.

    Parameters
    ----------
    unit, scale : str, float
        Of the numbers in the sentence: shares are told in percentage points.
    """
    c = comparison
    pair = f"{c.first} and {c.second}"
    if c.n < FEWEST_SEEDS:
        seeds = "no seed" if c.n == 0 else count(c.n, "seed")
        return f"{pair}: can't tell from {seeds}; at least {FEWEST_SEEDS} are needed."
    if c.is_real:
        ahead, behind, low, high = (
            (c.first, c.second, c.low, c.high) if c.difference > 0 else (c.second, c.first, -c.high, -c.low)
        )
        return (
            f"{ahead} ahead of {behind} by {abs(c.difference) * scale:.1f} {unit}, "
            f"{'simultaneous ' if c.n_together > 1 else ''}95 % interval {low * scale:.1f} to {high * scale:.1f}."
        )
    if c.difference == 0:
        return f"{pair}: can't tell from {c.n} seeds; on average they came out the same."
    size = abs(c.difference) * scale
    seen = f"the {size:.1f} {unit} seen here" if size >= 0.05 else f"a difference below 0.1 {unit}, as seen here"
    if c.n_needed is None:
        return f"{pair}: can't tell from {c.n} seeds; more than {MOST_NEEDED:,} would be needed for {seen}{_IF_TRUE}."
    # Where luck made the spread small, the rule may ask for no more than there are
    needed = max(c.n_needed, c.n + 1)
    return f"{pair}: can't tell from {c.n} seeds; about {needed} would be needed for {seen}{_IF_TRUE}."


def band(curves: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and interval of several curves.

    Parameters
    ----------
    curves : ndarray of shape (n_seeds, n_points)
        NaN where a run has no point (yet, or as it diverged).

    Returns
    -------
    mean, low, high : ndarray of shape (n_points,)
        NaN where no curve has a number; the interval is NaN where fewer than two have.
    """
    curves = np.asarray(curves, dtype=np.float64)
    mean, low, high = (np.full(curves.shape[1], np.nan) for _ in range(3))
    for i, column in enumerate(curves.T):
        values = column[np.isfinite(column)]
        if len(values):
            mean[i] = values.mean()
        if len(values) > 1:
            half = _t_quantile(confidence, len(values)) * values.std(ddof=1) / math.sqrt(len(values))
            low[i], high[i] = mean[i] - half, mean[i] + half
    return mean, low, high


def _t_quantile(confidence: float, n: int) -> float:
    """The half width of an interval in standard errors."""
    from scipy.special import stdtrit  # where somebody asks: pages open without SciPy

    return float(stdtrit(n - 1, (1 + confidence) / 2))


def _power(effect: float, n: int, confidence: float) -> float:
    """How likely n seeds tell a difference of ``effect`` standard deviations (noncentral t, its far tail left out)."""
    from scipy.special import nctdtr

    return 1 - float(nctdtr(n - 1, effect * math.sqrt(n), _t_quantile(confidence, n)))
