"""Part (a): skorch's fit in place of the loop, and where every training picture went."""


import streamlit as st

from core.crossval import charts as fold_charts
from core.crossval import splits as folds
from core.crossval.charts import Segment
from core.lab.errors import ChalknetError
from core.runs import Run
from core.specs.folds import FoldSpec
from pages.cross_validation.controls import handout_button, network_controls, own_share_control
from pages.cross_validation.lines import lines_view
from pages.shared.controls.places import Places, settings_above
from pages.shared.controls.training import MAX_SEED
from pages.shared.controls.widgets import number_field
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.panels.gone import accuracy_alone
from pages.shared.panels.results import judged_or_none, judged_view, pictures_of, says_diverged
from pages.shared.panels.train_panel import run_panel
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_settings


def fewer_lines_view(lab: Lab, page: str) -> None:
    """Controls, the run, the two programs, the drawing, and the judgement."""
    places = settings_above()
    spec = fewer_controls(lab, places)
    with places.more():
        handout_button()
    try:
        folds.check_holdout(pictures_of(spec.data).train_labels, spec.own_folds)
    except ChalknetError as error:
        st.error(sentence_of(error))
    else:
        run_panel(lab, spec, page=page)
    lines_view(spec)
    st.header("Where did the training pictures go?", anchor=False)
    where_view(spec)
    run = run_of(page).shown()
    if run is not None:
        _judged(run)


def _judged(run: Run) -> None:
    """Accuracy and confusion matrix as scikit-learn counts them, with the pictures behind the cells."""
    probabilities = run.probabilities()
    if probabilities is None or says_diverged(run, probabilities):
        return
    from sklearn.metrics import accuracy_score, confusion_matrix

    images = judged_or_none(run)
    if images is None:
        accuracy_alone(run, plain(run_settings(run.spec)))
        return
    y_test, y_pred = images.test_labels, probabilities.argmax(axis=1)
    st.header("What scikit-learn says", anchor=False)
    st.markdown(
        f"`accuracy_score(y_test, y_pred)` gives **{accuracy_score(y_test, y_pred):.4f}**; the matrix is that of "
        "`confusion_matrix(y_test, y_pred)`."
    )
    matrix = confusion_matrix(y_test, y_pred, labels=range(len(images.class_names)))
    judged_view(images, probabilities, key=run.id, said=plain(run_settings(run.spec)), matrix=matrix)


def fewer_controls(lab: Lab, places: Places) -> FoldSpec:
    """The settings of part (a)."""
    spec = network_controls(lab, cells=places.cells(2))
    with places.first:
        own = own_share_control()
    with places.more():
        seed = number_field(
            "Seed of random_split",
            "split_seed",
            low=0,
            high=MAX_SEED,
            default=0,
            help="The handout seeds neither of its two splits, so its accuracy moves from run to run.",
        )
    return spec.model_copy(update={"split": "holdout", "own_folds": own, "split_seed": seed})


def where_view(spec: FoldSpec) -> None:
    """A sentence and a drawing."""
    n = spec.data.n_train
    fitted, aside, own = folds.holdout_sizes(n, spec.own_folds)
    kept = f"skorch keeps **{own:,}** of the rest for its own validation" if own else "skorch keeps none"
    st.markdown(
        f"Of {n:,} training pictures only **{fitted:,}** train the network: the handout's `random_split` puts "
        f"**{aside:,}** aside and never looks at them again, and {kept}."
    )
    blue, orange = "#6aa9e0", "#e39a4d"
    rows = [
        ("trainset", [Segment(n, "#9aa7a3", f"{n:,}")]),
        ("random_split(trainset, ...)", [
            Segment(n - aside, blue, f"train_data {n - aside:,}"), Segment(aside, None, f"val_data {aside:,}: unused"),
        ]),
        ("net.fit(train_data, ...)", [
            Segment(fitted, blue, f"train the network {fitted:,}"),
            Segment(own, orange, f"skorch's own {own:,}"),
            Segment(aside, None, "unused"),
        ]),
    ]  # fmt: skip
    st.html(fold_charts.bars(rows, alt=f"{n} pictures: {fitted} train, {own} for skorch, {aside} unused"))
