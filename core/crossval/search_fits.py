"""The inside of a search: scikit-learn's class, its fits by joblib on Dask, and each score written down at once."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path

import joblib
import numpy as np
from joblib._dask import DaskDistributedBackend
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from skorch.callbacks import Callback
from skorch.helper import SliceDataset

from core.crossval import splits as folds
from core.crossval.grid_search import Fit, Search, grid_of
from core.crossval.skorch_net import LabNet, build_net, pictures_for
from core.engine.access import SchedulerAccess
from core.lab import files
from core.lab.errors import ChalknetError
from core.training.evaluation import accuracy

_LOOK_SECONDS = 0.05  # how often a fit looks for the stop file


class StoppedError(ChalknetError):
    """Stop was pressed."""


class Watch(Callback):
    """Ends a fit whose search was stopped, after the batch that it is in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_train_begin(self, net: LabNet, **_: object) -> None:
        """skorch's: a fit begins."""
        self.looked_ = 0.0

    def on_batch_end(self, net: LabNet, **_: object) -> None:
        """skorch's: a step is done."""
        now = time.perf_counter()
        if now - self.looked_ > _LOOK_SECONDS:
            self.looked_ = now
            if (self.folder / "stop").exists():
                raise StoppedError("Stopped.")


class WrittenScore:
    """scikit-learn's scorer: its ``accuracy_score``, put into the search's folder on the way.

    Parameters
    ----------
    folder : Path
        Of the search, on a disk that all workers see.
    first_judged : dict
        The first picture that a fold judges, to the fold's number: no picture is judged by two.
    """

    def __init__(self, folder: Path, first_judged: dict[int, int]) -> None:
        self.folder, self.first_judged = folder, first_judged

    def __call__(self, net: LabNet, X: SliceDataset, y: np.ndarray) -> float:
        score = accuracy(net.predict_proba(X), y)  # NaN of a network that has diverged
        fold = self.first_judged[int(X.indices_[0])]
        fit = Fit(net.lr, net.batch_size, fold, score, float(sum(net.history[:, "dur"])))
        files.write_json(self.folder / "fits" / f"{net.lr!r}-{net.batch_size}-{fold}.json", asdict(fit))
        return score


class EngineBackend(DaskDistributedBackend):
    """joblib's way to Dask; with one worker joblib would otherwise fit in this process, beside the engine's queue."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        """At least two, so that fits are handed over and wait at the scheduler."""
        return max(2, int(super().effective_n_jobs(n_jobs)))


def search(of: Search, scheduler: SchedulerAccess | None) -> dict[str, object]:
    """Run it; returns what ``result.json`` holds.

    Raises
    ------
    core.crossval.splits.FoldsError
        If there are no such folds.
    StoppedError
        If Stop was pressed.
    """
    spec = of.spec.base
    data = pictures_for(spec)
    deals = folds.splits(spec, data.labels, data.class_names)
    settings: dict[str, object] = {
        "cv": deals,
        "scoring": WrittenScore(of.folder, {int(judged[0]): i for i, (_, judged) in enumerate(deals)}),
        "refit": False,
        "error_score": "raise",
    }
    net = build_net(spec, len(data.class_names), callbacks=[Watch(of.folder)])
    if of.spec.n_random is None:
        wanted = GridSearchCV(net, grid_of(of.spec), **settings)
    else:
        wanted = RandomizedSearchCV(
            net, grid_of(of.spec), n_iter=of.spec.n_pairs, random_state=spec.random_state, **settings
        )
    with _where(scheduler):
        wanted.fit(SliceDataset(data, idx=0), np.asarray(data.labels))
    table = wanted.cv_results_
    return {
        "best_params": wanted.cv_results_["params"][wanted.best_index_],
        "best_score": float(wanted.best_score_),
        "params": table["params"],
        "mean_test_score": [float(score) for score in table["mean_test_score"]],
        "std_test_score": [float(score) for score in table["std_test_score"]],
        "mean_fit_time": [float(seconds) for seconds in table["mean_fit_time"]],
    }


def _where(scheduler: SchedulerAccess | None) -> AbstractContextManager[object]:
    """joblib's context: the engine's workers, or this process."""
    if scheduler is None:
        return nullcontext()
    # Behind everybody's single runs, as the members of an experiment are
    return joblib.parallel_config(backend=EngineBackend(client=scheduler.client("chalknet-search"), priority=-1))
