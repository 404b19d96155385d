"""The grid search's heat map: learning rate against batch size, filled fold by fold."""

import math

import numpy as np

from core.crossval import charts as fold_charts
from core.crossval.charts import Cell
from core.crossval.grid_search import Fit
from core.lab.words import count, decimal, duration
from core.specs.folds import SearchSpec


def grid_heat_map(spec: SearchSpec, fits: list[Fit], *, is_over: bool = False) -> str:
    """The heat map of what has been fitted so far, as HTML."""
    return fold_charts.heat_map(
        cells_of(spec, fits, is_over=is_over),
        rows=[decimal(rate) for rate in spec.learning_rates],
        columns=[str(size) for size in spec.batch_sizes],
        row_title="learning rate",
        column_title="batch size",
    )


def cells_of(spec: SearchSpec, fits: list[Fit], *, is_over: bool = False) -> list[list[Cell]]:
    """A row for each learning rate; only a pair whose folds are all there can be the best.

    ``is_over``: what is not there will not come any more, as where the search was stopped.
    """
    untried = "not tried" if spec.n_random or is_over else "waiting"
    by_pair: dict[tuple[float, int], list[Fit]] = {}
    for fit in fits:
        by_pair.setdefault((fit.learning_rate, fit.batch_size), []).append(fit)
    return [
        [_cell(by_pair.get((rate, size), []), spec.base.n_folds, untried) for size in spec.batch_sizes]
        for rate in spec.learning_rates
    ]


def _cell(fits: list[Fit], n_folds: int, untried: str) -> Cell:
    if not fits:
        return Cell(None, untried)
    is_whole = len(fits) == n_folds
    part = "" if is_whole else f" · {len(fits)} of {n_folds} folds"
    n_lost = sum(math.isnan(fit.score) for fit in fits)
    if n_lost:
        return Cell(None, "diverged" if n_lost == len(fits) else f"{n_lost} of {count(n_folds, 'fold')} diverged")
    seconds = float(np.mean([fit.seconds for fit in fits]))
    return Cell(float(np.mean([fit.score for fit in fits])), f"{duration(seconds)}{part}", is_whole)
