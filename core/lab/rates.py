"""Rates from counts. One of few pictures says how few, and how far off chance alone may have put it."""

import math
from dataclasses import dataclass
from statistics import NormalDist

FEW = 300  # below so many pictures a rate is told with its interval: at 300 that is up to 11 points wide
CONFIDENCE = 0.95


def wilson(n_right: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of a rate (Wilson 1927), which serves few pictures too, and all or none of them right.

    Parameters
    ----------
    n_right, n : int
        Of ``n`` so many; NaN to NaN where ``n`` is 0.
    confidence : float
        From 0 to 1, both excluded.

    Returns
    -------
    low, high : float
        From 0 to 1; those of ``scipy.stats.binomtest(n_right, n).proportion_ci(confidence, "wilson")``.
    """
    if not n:
        return math.nan, math.nan
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = n_right / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (0.0 if n_right == 0 else max(0.0, middle - half)), (1.0 if n_right == n else min(1.0, middle + half))


@dataclass(frozen=True)
class Rate:
    """So many of so many.

    Attributes
    ----------
    n_right, n : int
    """

    n_right: int
    n: int

    @classmethod
    def of(cls, share: float, n: int) -> "Rate":
        """From a share (0 to 1) of ``n`` pictures."""
        return cls(round(share * n), n)

    @property
    def share(self) -> float:
        """From 0 to 1; NaN of nothing."""
        return self.n_right / self.n if self.n else math.nan

    @property
    def is_of_few(self) -> bool:
        """Whether a percentage alone would claim too much."""
        return 0 < self.n < FEW

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end, from 0 to 1 (``wilson``)."""
        return wilson(self.n_right, self.n)

    @property
    def counted(self) -> str:
        """``"12 of 12"``."""
        return f"{self.n_right:,} of {self.n:,}"

    @property
    def interval_told(self) -> str:
        """``"95 % interval 76% to 100%"``."""
        low, high = self.interval
        return f"{100 * CONFIDENCE:.0f} % interval {low:.0%} to {high:.0%}"

    @property
    def briefly(self) -> str:
        """``"12 of 12 (76% to 100%)"`` of few pictures, else ``"93.4%"``: where there is little room."""
        low, high = self.interval
        return f"{self.counted} ({low:.0%} to {high:.0%})" if self.is_of_few else self.told()

    def told(self, digits: int = 1) -> str:
        """``"12 of 12"`` of few pictures, else ``"93.4%"``: where the interval stands beside it."""
        return self.counted if self.is_of_few else f"{self.share:.{digits}%}" if self.n else "–"

    def in_full(self, digits: int = 1) -> str:
        """``"12 of 12 (95 % interval 76% to 100%)"`` of few pictures, else ``"93.4%"``."""
        return f"{self.counted} ({self.interval_told})" if self.is_of_few else self.told(digits)


def known_rate(share: float | None, n: int | None) -> Rate | None:
    """The rate, where the share is known, and of how many pictures: runs of an earlier lab did not say."""
    return None if share is None or math.isnan(share) or not n else Rate.of(share, n)
