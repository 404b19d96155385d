"""The leak: near-duplicates in other folds raise the score, and no network gets better."""

import numpy as np
import streamlit as st

from core.crossval import charts as fold_charts
from core.crossval import fold_scores, members
from core.crossval import splits as folds
from core.crossval.charts import DotRow
from core.crossval.fold_scores import FoldScore
from core.crossval.leak import leaked
from core.lab.errors import ChalknetError
from core.runs.experiments import Snapshot
from core.runs.series import Series
from core.specs.folds import FoldSpec, LeakSpec
from pages.cross_validation.controls import expectation, fold_controls, network_controls
from pages.cross_validation.folds import (
    members_of,
    of_pictures,
    pictures_of_folds,
    pictures_or_why_not,
    series_of_fold,
)
from pages.shared.controls.places import Places, settings_and_lesson
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import Members, experiment_panel
from pages.shared.pictures.strips import picture_pairs
from pages.shared.words.markdown import sentence_of
from pages.shared.words.sealed import as_judged

_PAIRS = 6  # shown as examples


def leak_view(lab: Lab, page: str) -> None:
    """Controls beside the experiment, and some of the near-duplicates."""
    places = settings_and_lesson()
    with places.first:
        share = copies_slider(lab)
    spec = leak_network_controls(lab, places).model_copy(update=fold_controls(places) | {"judges_test": True})
    n_copies = _n_copies(lab, share)
    leak = LeakSpec(share=share / 100)
    with places.lesson:
        experiment_panel(
            lab,
            page=page,
            kind=members.LEAK_KIND,
            make=lambda: _members(spec, leak),
            expectation=expectation(lab, spec, 2 * spec.n_folds),
            hint=f"Press **Start**: {spec.n_folds} folds without and {spec.n_folds} folds with {n_copies:,} "
            f"near-duplicates in other folds; every network is judged on clean {as_judged('test pictures')} too.",
            series=_series,
            below=_scores,
            picture={"loss": "batch_loss"},
        )
        if n_copies:
            _examples(spec.model_copy(update={"leak": leak}))


def copies_slider(lab: Lab) -> int:
    """How many near-duplicates, in per cent of the training pictures."""
    share = number_slider(
        "Near-duplicates, % of the pictures",
        "copies",
        low=0,
        high=50,
        step=5,
        default=50,
        help="So many training pictures become a mirrored, shifted or slightly brighter copy of another one.",
    )
    st.caption(f"**{_n_copies(lab, share):,}** pictures")
    return int(share)


def leak_network_controls(lab: Lab, places: Places) -> FoldSpec:
    """The network, which needs some epochs before it remembers single pictures."""
    return network_controls(lab, cells=places.cells(1), prefix="leak_", network="MLP", n_epochs=10)


def _n_copies(lab: Lab, share: int) -> int:
    return round(lab.data.n_train * share / 100)


def _members(spec: FoldSpec, leak: LeakSpec) -> tuple[Members, dict[str, object]]:
    _, settings = members_of(spec)
    members_of(spec.model_copy(update={"leak": leak}))  # raises where there are no such folds
    return members.leak(spec, leak), settings


def _series(now: Snapshot) -> list[Series]:
    """The folds with copies: their curves are what a person would see who does not know of the copies."""
    return [series_of_fold(score) for score in fold_scores.read(now) if score.spec.leak is not None]


def _scores(now: Snapshot) -> None:
    """Folds and clean test pictures, without copies and with them."""
    scores = fold_scores.read(now)
    rows, means = [], {}
    for has_leak, word in ((False, members.WITHOUT), (True, members.WITH)):
        done = [s for s in scores if (s.spec.leak is not None) == has_leak and s.accuracy is not None]
        if not done:
            continue
        images = pictures_or_why_not(done[0].spec)
        for judged, title in (("folds", f"folds, {word}"), ("clean", f"clean test, {word}")):
            if judged == "clean" and images is None:
                continue
            values = [
                (s.accuracy if judged == "folds" or images is None else fold_scores.clean_accuracy(s, images), s.name)
                for s in done
            ]
            known = [(value, name) for value, name in values if value is not None]
            if known:
                means[judged, has_leak] = float(np.mean([value for value, _ in known]))
                rows.append(DotRow(title, known, mean=means[judged, has_leak]))
    if not rows:
        return
    alt = as_judged("Scores of folds and of clean test pictures, without and with copies")
    st.html(fold_charts.dot_plot(rows, alt=alt))
    if len(means) == 4:
        of_folds = means["folds", True] - means["folds", False]
        of_clean = means["clean", True] - means["clean", False]
        st.markdown(
            f"With copies the folds' mean moves by **{100 * of_folds:+.1f} points**, the accuracy on clean "
            f"{as_judged('test pictures')} by **{100 * of_clean:+.1f} points**. A copy of a judged picture was trained "
            f"on: the folds' score tells in part how well the network remembers.{_fewer_distinct(scores)}"
        )


def _fewer_distinct(scores: list[FoldScore]) -> str:
    """Why clean test pictures suffer too: copies stand in the place of pictures that are gone."""
    leak = next((score.spec.leak for score in scores if score.spec.leak is not None), None)
    if leak is None:
        return ""
    n = scores[0].spec.data.n_train
    n_distinct = n - round(leak.share * n)
    return (
        f" The clean {as_judged('test pictures')} are in no fold. What changes there comes from training: the copies "
        f"took the place of other pictures, and of {n:,} at most {n_distinct:,} distinct ones are left to learn from."
        " One seed: a point or two may be luck."
    )


def _examples(spec: FoldSpec) -> None:
    """Some originals with their near-duplicates and their folds."""
    try:
        clean = pictures_of_folds(of_pictures(spec.model_copy(update={"leak": None})))
        deal = folds.fold_of_each(spec, clean.train_labels, clean.class_names)
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    made = leaked(clean, deal, spec.leak or LeakSpec())
    st.header("Some of them: original and copy", anchor=False)
    shown = list(zip(made.originals, made.copies, strict=True))[:_PAIRS]
    picture_pairs(
        [(clean.train_images[a], made.images.train_images[b]) for a, b in shown],
        [f"fold {deal[a] + 1} and fold {deal[b] + 1}" for a, b in shown],
    )
