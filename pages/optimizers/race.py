"""Question 6's experiments: the race, the sweep of learning rates, and the race over seeds with its verdict."""

import pandas as pd
import streamlit as st

from core import datasets
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.optimizers import charts as optimizer_charts
from core.optimizers import race, seed_statistics, sweep
from core.optimizers.race import Members
from core.runs.experiments import Snapshot, open_experiment
from core.specs import RunSpec
from pages.optimizers.contestants import RATES, put_rates
from pages.optimizers.controls import RaceSettings
from pages.shared.controls.settings import told
from pages.shared.controls.widgets import choice_slider, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import EXPERIMENT, experiment_of
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.expected import runs_take
from pages.shared.words.markdown import plain
from pages.shared.words.settings import optimizer_settings

PAGE = "optimizers"
_MOST_LINES = 6  # of pairs that can't be told apart; more are folded away
_TABS = {race.KIND: "Race", sweep.KIND: "Each at its best", race.SEEDS_KIND: "Is it real?"}


def race_view(lab: Lab, settings: RaceSettings) -> None:
    """One seed, all contestants, and the proof that they start alike."""
    seeds = [settings.base.random_state]
    made = race.members(settings.base, settings.contestants, seeds)
    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=race.KIND,
        make=lambda: (made, race.settings_of(settings.contestants)),
        expectation=_takes(lab, made),
        start="Race",
        hint="Choose the contestants, then press **Race**: they train one after the other, and their curves grow here.",
        series=race.curves,
        picture={"loss": "batch_loss"},
    )
    if shown is not None:
        _proof(shown)


def sweep_view(lab: Lab, settings: RaceSettings) -> None:
    """Loss against learning rate; one press takes each one's best into the race."""
    with st.container(horizontal=True, gap="large"):
        low = choice_slider("Smallest rate", "sweep_low", options=RATES, default=0.0001, format_option=decimal)
        high = _largest_rate(sweep.usual_highest(settings.contestants))
        n_epochs = number_slider("Epochs each", "sweep_epochs", low=1, high=5, step=1, default=1)
    # A rate is what is sought: of each kind the first contestant
    kinds = {o.title: o for o in reversed(settings.contestants.values())}
    contestants = dict(reversed(kinds.items()))
    base = settings.base.model_copy(update={"n_epochs": n_epochs})
    try:
        made = sweep.members(base, contestants, sweep.grid(low, high))
    except ChalknetError as error:
        st.warning(str(error))
        return
    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=sweep.KIND,
        make=lambda: (made, race.settings_of(contestants)),
        expectation=_takes(lab, made),
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


def _largest_rate(default: float) -> float:
    """A slider whose default goes with the contestants; what somebody set stays."""
    key, before = "sweep_high", st.session_state.get("sweep_high_default")
    if before != default and st.session_state.get(key) == before:
        st.session_state[key] = default
    st.session_state["sweep_high_default"] = default
    rate: float = choice_slider("Largest rate", key, options=RATES, default=default, format_option=decimal)
    return rate


def seeds_view(lab: Lab, settings: RaceSettings) -> None:
    """The race over several seeds, and what it shows."""
    n_seeds = number_slider(
        "Seeds", "n_seeds", low=seed_statistics.FEWEST_SEEDS, high=race.MOST_SEEDS, step=1, default=5,
        help="Each seed gives other initial weights and another order of the pictures, the same for all contestants.",
    )  # fmt: skip
    first = settings.base.random_state
    made = race.members(settings.base, settings.contestants, range(first, first + n_seeds))
    experiment_panel(
        lab,
        page=PAGE,
        kind=race.SEEDS_KIND,
        make=lambda: (made, race.settings_of(settings.contestants)),
        expectation=_takes(lab, made),
        start="Repeat the race",
        hint="Press **Repeat the race**: mean curves with 95 % bands grow here, and below them the verdict.",
        series=race.curves,
        below=_verdict,
    )


def _takes(lab: Lab, made: Members) -> str:
    """How long it will take, before it is started."""
    return runs_take((spec for _, spec in made), lab.engine.info().n_workers)


def _proof(now: Snapshot) -> None:
    """Initial weights, first batch and first loss of each contestant."""
    rows = []
    for member in now.members:
        spec, told = member.spec, member.history
        found = _fingerprint(spec.model_dump_json(exclude={"optimizer", "schedule", "n_epochs"}))
        batch = ", ".join(map(str, found.first_batch[:6])) + (", …" if len(found.first_batch) > 6 else "")
        rows.append(
            {
                "contestant": member.labels["contestant"],
                "settings": optimizer_settings(spec.optimizer),
                "initial weights (SHA-256)": found.weights[:16] + "…",
                "first batch: pictures number": batch,
                "loss of the first batch": f"{told.losses[0]!r}" if told.losses else "–",
            }
        )
    with st.expander("Is it fair? The proof"):
        st.dataframe(pd.DataFrame(rows), hide_index=True)
        losses = {row["loss of the first batch"] for row in rows} - {"–"}
        hashes = {row["initial weights (SHA-256)"] for row in rows}
        if len(hashes) == 1 and len(losses) == 1:
            st.caption(
                "The same initial weights and the same batches, to the bit: each run recorded the first batch's loss "
                "before its optimizer had done anything, and it is the same number."
            )


@st.cache_data(show_spinner=False, max_entries=64)
def _fingerprint(settings: str) -> race.Fingerprint:
    """By all settings but the optimizer's, which has no part in it."""
    spec = RunSpec.model_validate_json(settings)
    info = datasets.info(spec.data.dataset)
    return race.fingerprint(spec, min(spec.data.n_train, info.n_train), len(info.class_names))


def _sweep_picture(now: Snapshot) -> None:
    found = sweep.points(now)
    names = list(dict.fromkeys(point.contestant for point in found))
    st.altair_chart(optimizer_charts.sweep_chart(found, names), key=f"sweep_{now.experiment.id}")
    edges = sweep.edges(found)
    if edges:
        told = " · ".join(f"{plain(name)} from **{decimal(rate)}**" for name, rate in edges.items())
        st.markdown(f"Unstable edge (dashed): {told}. From there on a run ends no better than it began.")


def _verdict(now: Snapshot) -> None:
    """What the seeds show so far: a sentence and an interval a pair."""
    found = race.scores(now)
    rows = race.paired(found)
    n = len(next(iter(rows.values()), []))
    if n < 2:
        st.caption("The verdict comes with the second seed that all contestants have finished.")
        return
    n_test = next((member.spec.data.n_test for member in now.members), 1)
    compared = seed_statistics.compare_all(rows, resolution=1 / n_test)
    st.subheader(f"Test accuracy at the end, {n} seeds", anchor=False)
    told_apart = [c for c in compared if c.is_real]
    others = [c for c in compared if not c.is_real]
    for comparison in told_apart:
        st.markdown(f":material/check_circle: {plain(seed_statistics.verdict(comparison))}")
    folded = len(others) > _MOST_LINES
    with st.expander(f"{len(others)} pairs can't be told apart") if folded else st.container():
        for comparison in others:
            st.markdown(f":material/help: {plain(seed_statistics.verdict(comparison))}")
    st.altair_chart(optimizer_charts.pairs_chart(compared), key=f"pairs_{now.experiment.id}")
    _diverged(found)
    pairs = len(compared)
    together = f"The {pairs} intervals hold together with 95 % (Bonferroni). " if pairs > 1 else ""
    st.caption(
        f"{together}Paired by seed, as both contestants of a pair share initial weights and batches. It speaks of "
        "these pictures, this network and this many epochs, and of no other."
    )


def _diverged(found: dict[str, dict[int, float]]) -> None:
    for name, of_one in found.items():
        lost = [seed for seed, score in of_one.items() if score != score]
        if lost:
            st.warning(f"{plain(name)} diverged in {len(lost)} of {len(of_one)} seeds; those pairs are left out.")


def tab_of_link() -> str | None:
    """The tab that a link's experiment belongs on."""
    linked = told(EXPERIMENT)
    if not linked:
        return None
    try:
        experiment = open_experiment(linked)
    except ChalknetError:  # the panel says so
        return None
    return _TABS.get(experiment.kind) if experiment.page == PAGE else None


def race_of_page() -> Snapshot | None:
    """The race that is shown, whichever tab is open."""
    shown = experiment_of(PAGE, race.KIND).shown()
    return None if shown is None else shown.read()
