"""One split against K folds: how lucky can a single split be?"""

import numpy as np
import streamlit as st

from core.crossval import charts as fold_charts
from core.crossval import fold_scores, members
from core.crossval.charts import DotRow
from core.crossval.fold_scores import FoldScore
from core.lab.words import of_all
from core.runs.experiments import Snapshot
from core.runs.series import Series
from core.specs.folds import FoldSpec
from pages.cross_validation.controls import expectation, fold_controls, network_controls
from pages.cross_validation.folds import call_view, members_of, series_of_fold
from pages.shared.controls.places import settings_and_lesson
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import Members, experiment_panel


def splits_view(lab: Lab, page: str) -> None:
    """Controls beside the experiment."""
    places = settings_and_lesson()
    with places.first:
        n_splits = splits_slider()
    spec = network_controls(lab, cells=places.cells(1)).model_copy(update=fold_controls(places))
    with places.lesson:
        experiment_panel(
            lab,
            page=page,
            kind=members.SPLITS_KIND,
            make=lambda: _members(spec, n_splits),
            expectation=expectation(lab, spec, spec.n_folds + n_splits),
            hint=f"Press **Start**: the same network on {spec.n_folds} folds, then on {n_splits} single random splits, "
            f"each of which puts one part in {spec.n_folds} aside.",
            series=_series,
            below=_luck,
            picture={"loss": "batch_loss"},
        )
        call_view(spec.model_copy(update={"split": "random"}), n_splits)


def splits_slider() -> int:
    """How many single splits."""
    return number_slider("Single splits", "n_splits", low=2, high=40, step=1, default=20)


def _members(spec: FoldSpec, n_splits: int) -> tuple[Members, dict[str, object]]:
    _, settings = members_of(spec)
    return members.splits(spec, n_splits), settings


def _series(now: Snapshot) -> list[Series]:
    """The folds: forty single splits more would hide them."""
    return [series_of_fold(score) for score in fold_scores.read(now) if score.spec.split == "folds"]


def _luck(now: Snapshot) -> None:
    """Dots of folds and of single splits, and the luckiest and the unluckiest of them."""
    scores = fold_scores.read(now)
    rows, single = [], []
    for split, title in (("folds", "fold"), ("random", "single split")):
        of_kind = [score for score in scores if score.spec.split == split]
        done = [score for score in of_kind if score.accuracy is not None]
        if split == "random":
            single = done
        if done:
            rows.append(_row(done, of_all(len(done), len(of_kind), title)))
    if not rows:
        return
    st.html(fold_charts.dot_plot(rows, alt="Scores of folds and of single splits"))
    values = [score.accuracy for score in single if score.accuracy is not None]
    if len(values) > 1:
        low, high = min(values), max(values)
        st.markdown(
            f"The same network, the same pictures: the unluckiest single split says **{low:.1%}**, the luckiest "
            f"**{high:.1%}**. Who reports one split may report any of these. {_by_chance(single)} The folds' band is "
            "the interval of their mean."
        )


def _by_chance(single: list[FoldScore]) -> str:
    """How much of the spread of single splits the number of judged pictures alone would make."""
    band = _chance(single)
    if band is None:
        return ""
    low, high = band
    inside = sum(low <= (score.accuracy or 0.0) <= high for score in single)
    n = single[0].member.history.n_judged
    return (
        f"Each judges {n:,} pictures: if all these networks were equally good, chance alone would put about 95 % of "
        f"such scores between {low:.1%} and {high:.1%}, the shaded band of the single splits; {inside} of "
        f"{len(single)} lie there."
    )


def _chance(single: list[FoldScore]) -> tuple[float, float] | None:
    """The band of binomial noise around the mean of single splits; None where their size is not known."""
    n = single[0].member.history.n_judged
    if len(single) < 2 or not n:
        return None
    return fold_scores.chance_band(float(np.mean([score.accuracy or 0.0 for score in single])), n)


def _row(done: list[FoldScore], title: str) -> DotRow:
    """Folds with the interval of their mean, single splits with what chance alone would do."""
    values = [(score.accuracy or 0.0, score.name) for score in done]
    total = fold_scores.summary([value for value, _ in values], done[0].spec.n_folds)
    is_single = done[0].spec.split == "random"
    band = _chance(done) if is_single else (total.low, total.high) if total.n > 1 else None
    low, high = band or (None, None)
    return DotRow(title, values, mean=total.mean, low=low, high=high)
