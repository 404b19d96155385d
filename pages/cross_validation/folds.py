"""Part (b): K folds that fill as they finish, their mean and its interval, and all pictures judged out of fold."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core.crossval import charts as fold_charts
from core.crossval import fold_scores, members
from core.crossval import receipt as skorch_receipt
from core.crossval import splits as folds
from core.crossval.fold_scores import FoldScore
from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.runs.experiments import Snapshot
from core.runs.series import Series, series_of_run
from core.specs.folds import FoldSpec
from pages.cross_validation.bet import FoldsBetting
from pages.cross_validation.controls import expectation, fold_controls, handout_button, network_controls
from pages.cross_validation.fold_blocks import blocks_picture, fold_blocks, planned
from pages.cross_validation.fold_scores import dots, few_in_words, in_words
from pages.shared.controls.places import settings_and_lesson
from pages.shared.controls.widgets import index_field
from pages.shared.frame.frame import Lab
from pages.shared.panels.betting import bet_on
from pages.shared.panels.experiment_panel import Members, experiment_panel
from pages.shared.panels.gone import why_gone
from pages.shared.panels.results import judged_view
from pages.shared.pictures.strips import data_url, picture_strip
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_settings


def folds_view(lab: Lab, page: str) -> None:
    """Controls beside the experiment; below it, once it is over, what all folds together got right and wrong."""
    places = settings_and_lesson()
    spec = network_controls(lab, cells=places.cells(2)).model_copy(update=fold_controls(places))
    with places.more():
        handout_button()
    with places.lesson:
        shown = experiment_panel(
            lab,
            page=page,
            kind=members.FOLDS_KIND,
            make=lambda: members_of(spec),
            expectation=expectation(lab, spec, spec.n_folds),
            hint=f"Press **Start**: {spec.n_folds} networks learn, each is judged on the part that it has not seen.",
            series=series_of_folds,
            above=blocks_picture,
            below=fold_picture,
            picture={"loss": "batch_loss"},
            betting=FoldsBetting(),
        )
        if shown is None:
            fold_blocks(planned(spec.n_folds), parts=spec.n_folds, key="planned_folds")
            call_view(spec)
            return
        scores = fold_scores.read(shown)
        if scores:
            call_view(scores[0].spec)
            if shown.progress.is_over:
                _out_of_fold(scores)


def members_of(spec: FoldSpec) -> tuple[Members, dict[str, object]]:
    """One run a fold.

    Raises
    ------
    FoldsError
        If there are no such folds.
    """
    images = pictures_of_folds(of_pictures(spec))
    folds.splits(spec, images.train_labels, images.class_names)
    return members.folds(spec), {"n_folds": spec.n_folds}


def of_pictures(spec: FoldSpec) -> FoldSpec:
    """What decides the pictures and their folds, so that all folds share one entry of the cache."""
    names = ("data", "leak", "n_folds", "stratified", "shuffle", "split_seed")
    return FoldSpec(**{name: getattr(spec, name) for name in names})


@st.cache_resource(max_entries=4, show_spinner="Loading the pictures.")
def pictures_of_folds(spec: FoldSpec) -> ImageSet:
    """The training pictures of folds, shared by all browsers."""
    return folds.pictures(spec)


def pictures_or_why_not(spec: FoldSpec) -> ImageSet | None:
    """The same of folds that have been trained; None where the pictures are gone, which stands above."""
    if why_gone(spec.data):
        return None
    try:
        return pictures_of_folds(of_pictures(spec))
    except ChalknetError as error:
        st.warning(f"The pictures of these folds can't be shown. {sentence_of(error)}")
        return None


def series_of_folds(now: Snapshot) -> list[Series]:
    """One curve per fold, in the colour that the fold has everywhere."""
    return [series_of_fold(score) for score in fold_scores.read(now)]


def series_of_fold(score: FoldScore) -> Series:
    """Its curve; those of other folds may be gone, its colour stays."""
    return series_of_run(score.member.history, score.name, note=_note(score), colour=score.spec.fold)


def fold_picture(now: Snapshot) -> None:
    """The scores on one axis, their interval, and which picture is judged by whom; drawn again with each poll."""
    scores = fold_scores.read(now)
    if not scores:
        return
    if done := fold_scores.accuracies(scores):
        total = fold_scores.summary(done, scores[0].spec.n_folds)
        st.html(dots(scores, total, bet_on(now.experiment.folder)))
        if meant := in_words(total, scores[0].spec):
            st.markdown(meant)
        if said := few_in_words(scores):
            st.caption(said)
    images = pictures_or_why_not(scores[0].spec)
    if images is None:
        return
    together = fold_scores.out_of_fold(scores, images)
    mosaic = fold_charts.deal_mosaic(together.fold_of_each, together.right(images.train_labels))
    st.html(
        f'<img src="{data_url(mosaic)}" alt="Each training picture in the colour of the fold that judges it" '
        'style="width:100%;max-width:1000px;image-rendering:pixelated;display:block">'
    )
    st.caption(
        f"All {len(images.train_labels):,} training pictures in their order, a square each, in the colour of the fold "
        "that judges it: pale until then, strong where the prediction was right, a hole where it was wrong."
    )


def call_view(spec: FoldSpec, n_splits: int = 20) -> None:
    """The call of scikit-learn that gives these very scores."""
    st.markdown("The same scores by scikit-learn; `net` and `trainset` are on **Code**:")
    st.code(skorch_receipt.score_lines(spec, n_splits=n_splits), language="python", wrap_lines=True)


def _out_of_fold(scores: list[FoldScore]) -> None:
    """The confusion matrix of the whole training set, every picture judged by a network that had not seen it."""
    images = pictures_or_why_not(scores[0].spec)
    if images is None:
        return
    together = fold_scores.out_of_fold(scores, images)
    judged = np.flatnonzero(together.judged)
    if not len(judged):
        return
    seen = replace(images, test_images=images.train_images[judged], test_labels=images.train_labels[judged])
    st.header("Every training picture, judged by the fold that had not seen it", anchor=False)
    judged_view(
        seen,
        together.probabilities[judged],
        key=scores[0].member.run.id,
        said=plain(run_settings(scores[0].spec)),
        title="Out-of-fold accuracy",
        kind="training pictures",
        note=lambda i: f"\nfold {together.fold_of_each[judged[i]] + 1}",
    )
    st.header("Which fold judged this picture?", anchor=False)
    number = index_field("Training picture number", "train_picture", n=len(images.train_labels))
    odds, fold = together.probabilities[number], int(together.fold_of_each[number]) + 1
    if np.isnan(odds[0]):
        told = f"fold {fold}\nnot judged"
    else:
        told = f"fold {fold} says\n{images.class_names[odds.argmax()]} {odds.max():.0%}"
    picture_strip(images.train_images[number][None], [f"is {images.class_names[images.train_labels[number]]}\n{told}"])


def _note(score: FoldScore) -> str:
    return "" if score.member.status.name == "queued" else score.member.note
