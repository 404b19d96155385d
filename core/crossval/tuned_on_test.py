"""Tune on the test set: the best of many runs by test accuracy, and what it does on fresh pictures of the same kind.

The networks are trained once. Each repeat draws other test pictures, chooses the best network on them, and judges it on
all pictures that neither trained nor chose it. What is lost is the price of choosing (the winner's curse).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from core import datasets
from core.datasets import DatasetError
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

N_RUNS, N_REPEATS = 50, 20
N_TRAIN, N_TEST, MOST_FRESH = 500, 100, 1_000  # a test set as small as many projects have
WIDTHS, RATES, EPOCHS = (16, 32, 64), (0.003, 0.01, 0.03, 0.1), (4, 6, 8)


@dataclass(frozen=True)
class Tuned:
    """What choosing has cost.

    Attributes
    ----------
    told, fresh : ndarray of shape (n_repeats,), float64
        Accuracy of the chosen network on the pictures that chose it, and on fresh ones, from 0 to 1.
    n_test, n_fresh : int
        Pictures of which each is.
    n_runs : int
        Networks that were trained.
    """

    told: np.ndarray
    fresh: np.ndarray
    n_test: int
    n_fresh: int
    n_runs: int

    @property
    def drop(self) -> tuple[float, float, float]:
        """Mean of ``told - fresh``, and the ends of its 95 % interval over the repeats (Student's t)."""
        drops = self.told - self.fresh
        half = float(stats.t.ppf(0.975, len(drops) - 1) * drops.std(ddof=1) / math.sqrt(len(drops)))
        return float(drops.mean()), float(drops.mean()) - half, float(drops.mean()) + half


def specs(data: DataSpec, *, n_runs: int = N_RUNS) -> list[RunSpec]:
    """The settings that are tried: width, rate, epochs and seed drawn at random, as somebody who tunes does."""
    rng = np.random.default_rng(data.random_state)
    return [
        RunSpec(
            data=data, model=MLPSpec(H=int(rng.choice(WIDTHS))), n_epochs=int(rng.choice(EPOCHS)), n_threads=1,
            optimizer=SGDSpec(learning_rate=float(rng.choice(RATES))), random_state=number,
        )
        for number in range(n_runs)
    ]  # fmt: skip


def pictures_for(data: DataSpec) -> DataSpec:
    """As many of a data set as this needs, or as it has.

    Raises
    ------
    DatasetError
        If it has too few to choose by some and to judge by others.
    """
    info = datasets.info(data.dataset)
    there = info.n_test if data.judged_on == "test" else info.n_train // 2
    n_judged = min(there, N_TEST + MOST_FRESH)
    if n_judged < 2 * N_TEST:
        raise DatasetError(
            f"{info.title} has {there:,} pictures to judge by; {2 * N_TEST:,} are needed: {N_TEST} that choose, and as "
            "many fresh ones. Choose another data set."
        )
    most = info.n_train if data.judged_on == "test" else info.n_train - n_judged
    return data.model_copy(update={"n_train": min(N_TRAIN, most), "n_test": n_judged})


def tune(
    data: DataSpec,
    *,
    n_runs: int = N_RUNS,
    n_repeats: int = N_REPEATS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Tuned | None:
    """Train ``n_runs`` networks, and choose among them again and again; None where it was stopped.

    Parameters
    ----------
    data : DataSpec
        Its ``n_train`` and ``n_test`` are set by ``pictures_for``.
    """
    from core.training.training import train  # torch: only for who asks for it

    data = pictures_for(data)
    images, right = datasets.load_for(data), []
    for done, spec in enumerate(specs(data, n_runs=n_runs)):
        on_progress(done, n_runs)
        if should_stop():
            return None
        result = train(spec, images=images)
        right.append(result.probabilities.argmax(axis=1) == images.test_labels)
    on_progress(n_runs, n_runs)
    return chosen(np.array(right), n_repeats=n_repeats, random_state=data.random_state)


def chosen(right: np.ndarray, *, n_repeats: int = N_REPEATS, n_test: int = N_TEST, random_state: int = 0) -> Tuned:
    """Choose by ``n_test`` pictures, judge by the others, and repeat with other ones.

    Parameters
    ----------
    right : ndarray of shape (n_runs, n), bool
        Which picture each network classifies correctly.
    n_repeats, n_test : int
    random_state : int
        Of the draws of the pictures.
    """
    rng = np.random.default_rng(random_state)
    told, fresh = [], []
    for _ in range(n_repeats):
        order = rng.permutation(right.shape[1])
        by, others = order[:n_test], order[n_test:]
        best = int(right[:, by].mean(axis=1).argmax())
        told.append(right[best, by].mean())
        fresh.append(right[best, others].mean())
    return Tuned(np.array(told), np.array(fresh), n_test, right.shape[1] - n_test, len(right))
