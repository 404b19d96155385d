"""Each optimizer at its best: the sweep of learning rates, whose winners go into the race."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.optimizers import charts as optimizer_charts
from core.optimizers import race, sweep
from core.runs.experiments import Snapshot
from pages.optimizers.contestants import RATES, put_rates
from pages.optimizers.controls import RaceSettings
from pages.optimizers.race import PAGE, takes
from pages.shared.controls.widgets import choice_slider, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain, sentence_of


def sweep_view(lab: Lab, settings: RaceSettings) -> None:
    """Loss against learning rate; one press takes each one's best into the race."""
    with st.container(horizontal=True, gap="large"):
        low = choice_slider("Smallest rate", "sweep_low", options=RATES, default=0.0001, format_option=decimal)
        usual = sweep.usual_highest(settings.contestants)
        high = choice_slider("Largest rate", "sweep_high", options=RATES, default=usual, format_option=decimal)
        n_epochs = number_slider("Epochs each", "sweep_epochs", low=1, high=5, step=1, default=1)
    # A rate is what is sought: of each kind the first contestant
    kinds = {o.title: o for o in reversed(settings.contestants.values())}
    contestants = dict(reversed(kinds.items()))
    base = settings.base.model_copy(update={"n_epochs": n_epochs})
    try:
        made = sweep.members(base, contestants, sweep.grid(low, high))
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=sweep.KIND,
        make=lambda: (made, race.settings_of(contestants)),
        expectation=takes(lab, made),
        start="Sweep",
        hint="Press **Sweep**: each optimizer is tried with each learning rate.",
        below=_sweep_picture,
        with_curves=False,
    )
    best = {} if shown is None else sweep.best(sweep.points(shown))
    if best:
        told = " · ".join(f"{name} **{decimal(rate)}**" for name, rate in best.items())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Take each one's best into the race", icon=":material/sports_score:", on_click=put_rates, args=(best,),
                key="take_best",
            )  # fmt: skip
            st.markdown(told, width="content")


def _sweep_picture(now: Snapshot) -> None:
    found = sweep.points(now)
    names = list(dict.fromkeys(point.contestant for point in found))
    st.altair_chart(chart_in_words(optimizer_charts.sweep_chart(found, names)), key=f"sweep_{now.experiment.id}")
    edges = sweep.edges(found)
    if edges:
        told = " · ".join(f"{plain(name)} from **{decimal(rate)}**" for name, rate in edges.items())
        st.markdown(
            f"First rate that no longer improves (dashed): {told}. It is the smallest rate tried above the best one "
            "with which the run ended no better than it began."
        )
    st.caption("One run with one seed for each rate: of two rates beside each other, the better one may be so by luck.")
