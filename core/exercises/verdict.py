"""Overfitting, underfitting, noise of a small test set, a bug, or fine: what the curves of several seeds say.

One rule, in this order: a bug explains any other curve away; what overfits has learnt, so it does not underfit; and of
what is neither, the test pictures may be too few to tell.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.exercises.label_noise import agreement
from core.exercises.short_runs import Curves
from core.lab.rates import wilson
from core.lab.words import decimal
from core.runs.health import RISE

Label = Literal["overfit", "underfit", "noise", "bug", "fine", "unclear"]

CONFIDENCE = 0.95  # of all intervals over seeds: Student's t, as scipy.stats.ttest_1samp has it
FEWEST_SEEDS = 3  # two have a t interval that no curve leaves
# Share of the test loss at its lowest by which it has to rise: the stopping rule GL of 2 % (Prechelt 1998), as the
# health card has it
LEAST_RISE = RISE - 1
# Accuracy, from 0 to 1. Of the first epoch: sound recipes had training accuracies at most 0.01 above the test's
# (means of five seeds, Shapes-10 and photographs), those with differently normalized test pictures 0.05 and more
LEAST_FIRST_GAP = 0.03
# Accuracy that another network reaches on pictures it has never seen, above what this one reaches on those it trains
# with: 0.05 is where a teacher's eye sees a gap in a picture of 0 to 100 %; a choice, not a law
LEAST_SHORTFALL = 0.05
# Half of the width of the 95 % interval (Wilson 1927) from which on a test set counts as too small: 0.1 is what 96
# pictures have at an accuracy of a half
WIDE = 0.1


@dataclass(frozen=True)
class Spread:
    """A mean over seeds with its interval.

    Attributes
    ----------
    mean, low, high : float
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """What was found, and by what.

    Attributes
    ----------
    label : Label
        "unclear" where the test set is small and its pictures do not explain the differences between seeds.
    sentence : str
        The evidence.
    """

    label: Label
    sentence: str


def over_seeds(values: Sequence[float]) -> Spread:
    """Mean of one number per seed and its 95 % interval (Student's t)."""
    from scipy.special import stdtrit  # where somebody asks: pages open without SciPy

    given = np.asarray(values, dtype=np.float64)
    n, mean = len(given), float(given.mean())
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * float(given.std(ddof=1)) / math.sqrt(n)
    return Spread(mean, mean - half, mean + half)


def rises(test_losses: np.ndarray) -> tuple[np.ndarray, int]:
    """How far each seed's test loss ends above where it was when the *other* seeds had their lowest mean.

    Its own lowest epoch would be chosen by its own luck, and every rise above it would look real.

    Parameters
    ----------
    test_losses : ndarray of shape (n_seeds, n_epochs)

    Returns
    -------
    rises : ndarray of shape (n_seeds,)
    epoch : int
        Where the mean of all seeds is lowest, from 0.
    """
    found = np.zeros(len(test_losses))
    for i, own in enumerate(test_losses):
        lowest = int(np.delete(test_losses, i, axis=0).mean(axis=0).argmin())
        found[i] = own[-1] - own[lowest]
    return found, int(test_losses.mean(axis=0).argmin())


def is_explained(n_right: Sequence[int], n: int) -> bool:
    """Whether seeds differ no more than ``n`` pictures each explain: Pearson's test of equal rates, at 5 %."""
    from scipy.special import chdtri

    counts = np.asarray(n_right, dtype=np.float64)
    share = counts.mean() / n
    if share in (0.0, 1.0):
        return True
    statistic = float((((counts - n * share) ** 2) / (n * share * (1 - share))).sum())
    return statistic <= float(chdtri(len(counts) - 1, 1 - CONFIDENCE))


def verdict(runs: Sequence[Curves], reached: Sequence[float], *, label_noise: float = 0.0) -> Verdict:
    """Judge a recipe by the curves of its seeds.

    Parameters
    ----------
    runs : sequence of Curves
        One per seed, of as many epochs each.
    reached : sequence of float
        What another network reaches on pictures that it has never seen, one accuracy per seed, in the same order.
    label_noise : float
        The share of wrong training labels. Who is right agrees with fewer of them (``agreement``).

    Raises
    ------
    ValueError
        If there are fewer than ``FEWEST_SEEDS``, or the numbers of seeds differ.
    """
    if len(runs) < FEWEST_SEEDS or len(runs) != len(reached):
        raise ValueError(
            f"{len(runs)} runs and {len(reached)} to compare with; at least {FEWEST_SEEDS} are needed, as many of each."
        )
    return (
        _bug(runs)
        or _overfit(runs)
        or _underfit(runs, reached, label_noise)
        or _noise(runs)
        or Verdict("fine", _fine(runs))
    )


def _bug(runs: Sequence[Curves]) -> Verdict | None:
    n = len(runs)
    gone = sum(not all(map(math.isfinite, (*run.train_loss, *run.test_loss))) for run in runs)
    if gone:
        return Verdict("bug", f"In {gone} of {n} seeds the loss is no longer a number.")
    everywhere = [name for name in runs[0].alarms if all(name in run.alarms for run in runs)]
    if everywhere:
        warning = runs[0].alarms[everywhere[0]]
        return Verdict("bug", f"The health card of each of {n} seeds warns; of the first: {warning}")
    first = over_seeds([run.train_accuracy[0] - run.test_accuracy[0] for run in runs])
    if first.low > 0 and first.mean >= LEAST_FIRST_GAP:
        return Verdict(
            "bug",
            "In the first epoch all training pictures were new to the network as well, and yet the test accuracy "
            f"behind it is {_points(first)} lower: test pictures reach the network in another form, or are of another "
            "kind.",
        )
    return None


def _overfit(runs: Sequence[Curves]) -> Verdict | None:
    test = np.array([run.test_loss for run in runs])
    risen, lowest = rises(test)
    rise = over_seeds(list(risen))
    fallen = over_seeds([run.train_loss[lowest] - run.train_loss[-1] for run in runs])
    if not (rise.low > 0 and rise.mean > LEAST_RISE * test.mean(axis=0).min() and fallen.low > 0):
        return None
    return Verdict(
        "overfit",
        f"Test loss is lowest at epoch {lowest + 1} and ends {_told(rise)} above it, while training loss falls by "
        f"another {_told(fallen)}.",
    )


def _underfit(runs: Sequence[Curves], reached: Sequence[float], label_noise: float) -> Verdict | None:
    within = [agreement(one, label_noise, runs[0].n_classes) for one in reached]
    short = over_seeds([other - run.train_accuracy[-1] for run, other in zip(runs, within, strict=True)])
    if not (short.low > 0 and short.mean >= LEAST_SHORTFALL):
        return None
    mean = float(np.mean([run.train_accuracy[-1] for run in runs]))
    test = float(np.mean([run.test_accuracy[-1] for run in runs]))
    labels = " with such labels" if label_noise else ""
    return Verdict(
        "underfit",
        f"It ends at {mean:.0%} of its own training pictures and {test:.0%} of the test pictures. On pictures that it "
        f"trains with, that is {_points(short)} less than a better network reaches{labels} on pictures that it has "
        "never seen.",
    )


def _noise(runs: Sequence[Curves]) -> Verdict | None:
    n, shares = runs[0].n_test, [run.test_accuracy[-1] for run in runs]
    low, high = wilson(round(float(np.mean(shares)) * n), n)
    if (high - low) / 2 <= WIDE:
        return None
    seen = f"The {len(runs)} seeds end"
    seen += f" between {min(shares):.0%} and {max(shares):.0%}"
    allowed = f"{n} test pictures allow {low:.0%} to {high:.0%} around their mean (95 % interval)"
    if is_explained([round(share * n) for share in shares], n):
        return Verdict("noise", f"{seen}, and differ no more than chance explains: {allowed}. Nothing else shows.")
    return Verdict("unclear", f"{seen}, which is more than chance explains: {allowed}. What else it is can't be told.")


def _fine(runs: Sequence[Curves]) -> str:
    n = runs[0].n_test
    test = over_seeds([run.test_accuracy[-1] for run in runs])
    gap = over_seeds([run.train_accuracy[-1] - run.test_accuracy[-1] for run in runs])
    side = "above" if gap.mean >= 0 else "below"
    return (
        f"None of the four shows: it ends at {test.mean:.0%} of {n} test pictures, training accuracy ends "
        f"{100 * abs(gap.mean):.0f} percentage points {side} that, and the test loss does not rise beyond chance."
    )


def _told(spread: Spread) -> str:
    mean, low, high = (decimal(round(value, 2)) for value in (spread.mean, spread.low, spread.high))
    return f"{mean} (95 % interval {low} to {high})"


def _points(spread: Spread) -> str:
    low, high = 100 * spread.low, 100 * spread.high
    return f"{100 * spread.mean:.0f} percentage points (95 % interval {low:.0f} to {high:.0f})"
