"""How few labels? Accuracy against the number of labelled pictures per class."""

import streamlit as st

from core.runs.bets import LabelsBet
from core.runs.experiments import Snapshot
from core.transfer import charts as transfer_charts
from core.transfer import strategies
from core.transfer.strategies import Members
from pages.shared.controls.widgets import choices, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.betting import bet_on
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.charts import chart_in_words
from pages.shared.words.sealed import as_judged
from pages.transfer.bets import LabelsBetting
from pages.transfer.controls import TransferSettings
from pages.transfer.experiment import check, hint, takes
from pages.transfer.networks import PAGE


def few_labels_view(lab: Lab, settings: TransferSettings) -> None:
    """Accuracy against the number of labels."""
    left, right = st.columns([2, 1])
    with left:
        counts = choices("Labelled pictures per class", "counts", options=strategies.COUNTS, default=[5, 10, 20, 50])
    with right:
        n_repeats = number_slider("Repeats", "repeats", low=1, high=10, step=1, default=3)
    counts = sorted(counts) or [5, 10, 20, 50]
    made = strategies.label_members(settings.base, settings.dial, counts, n_repeats)

    def make() -> tuple[Members, dict]:
        most = settings.base.data.model_copy(update={"per_class": max(counts)})
        check(settings, settings.base.model_copy(update={"data": most}))
        return made, {}

    experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.LABELS_KIND,
        make=make,
        expectation=takes(lab, made),
        start="Measure",
        hint=hint(
            settings,
            "Press **Measure**: each strategy learns from few and from more labelled pictures, several times each.",
        ),
        below=_label_curves,
        betting=LabelsBetting(counts),
        with_curves=False,
    )


def _label_curves(now: Snapshot) -> None:
    points = strategies.label_points(now)
    if points.empty:
        over = now.progress.is_over
        begins = "The curve begins with the first finished run."
        st.caption("No run was finished: there is no curve." if over else begins)
        return
    summary, bet = strategies.label_summary(points), bet_on(now.experiment.folder)
    labels_bet = bet.n if isinstance(bet, LabelsBet) else None
    st.altair_chart(chart_in_words(transfer_charts.label_curves(summary, bet=labels_bet)))
    one = points.groupby(["strategy", "per_class"]).size().max() < 2
    st.caption(
        "Each repeat draws other pictures, another head and another order. "
        + (
            "One repeat of each: the order of the curves may be luck, and bars need two."
            if one
            else "Bars: the 95 % interval of each mean (Student's t), for itself; all repeats share the "
            + as_judged("test pictures.")
        )
    )
