"""The race of Question 6: one seed, all contestants, and the proof that they start alike."""

import math

import pandas as pd
import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import duration
from core.optimizers import race, sweep
from core.optimizers.race import Members
from core.runs.experiments import Snapshot, open_experiment
from core.runs.outcome import Outcome, entrants_of, outcome_of
from core.specs import RunSpec
from pages.optimizers.bet import RaceBetting
from pages.optimizers.controls import RaceSettings
from pages.shared.controls.settings import told
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import EXPERIMENT, experiment_of
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.panels.gone import class_names_of
from pages.shared.pictures.small_table import small_table

PAGE = "optimizers"
_FIRST = 6  # pictures of the first batch that the proof names
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
        expectation=takes(lab, made),
        start="Race",
        hint="Choose the contestants, then press **Race**: they train, and their curves grow here.",
        series=race.curves,
        picture={"loss": "batch_loss"},
        outcome=_came_out,
        betting=RaceBetting([str(labels["contestant"]) for labels, _ in made]),
    )
    if shown is not None:
        if shown.progress.is_over:
            small_table(_table(shown), label="How the contestants stand")
            st.caption("**Is it real?** repeats the race with other seeds.")
        _proof(shown)


def _came_out(now: Snapshot) -> Outcome:
    entrants = entrants_of(now, lambda member: str(member.labels["contestant"]))
    return outcome_of(entrants, wins="wins this race")


def _table(now: Snapshot) -> pd.DataFrame:
    """The contestants with their figures at the end, the best first."""
    standings = _came_out(now).standings
    by_name = {str(member.labels["contestant"]): member for member in now.members}
    rows = []
    for name, standing in standings.items():
        member = by_name[name]
        last = member.history.epochs[-1] if member.history.epochs else {}
        rows.append(
            {
                "contestant": name,
                "stands": standing,
                "test accuracy": "–" if member.rate is None else member.rate.briefly,
                "training loss": _figure(last.get("train_loss")),
                "test loss": _figure(last.get("test_loss")),
                "trained for": duration(member.history.seconds),
            }
        )
    return pd.DataFrame(rows)


def _figure(loss: float | None) -> str:
    return "–" if loss is None or not math.isfinite(loss) else f"{loss:.3f}"


def takes(lab: Lab, made: Members) -> str:
    """How long it will take, before it is started."""
    return lab.runs_take(spec for _, spec in made)


def _proof(now: Snapshot) -> None:
    """Initial weights, first batch and first loss of each contestant."""
    rows = []
    for member in now.members:
        spec, told = member.spec, member.history
        try:
            n_classes = len(class_names_of(member.run))
        except ChalknetError:  # its pictures are gone, and it has judged none
            continue
        found = _fingerprint(spec.model_dump_json(exclude={"optimizer", "schedule", "n_epochs"}), n_classes)
        batch = ", ".join(str(index + 1) for index in found.first_batch[:_FIRST])
        batch += ", …" if len(found.first_batch) > _FIRST else ""
        rows.append(
            {
                "contestant": member.labels["contestant"],
                "settings": spec.optimizer.told(),
                "initial weights (SHA-256)": found.weights[:16] + "…",
                "first batch: pictures number": batch,
                "loss of the first batch": f"{told.losses[0]!r}" if told.losses else "–",
            }
        )
    with st.expander("Is it fair? The proof"):
        small_table(pd.DataFrame(rows), label="Initial weights, first batch and first loss of each contestant")
        losses = {row["loss of the first batch"] for row in rows} - {"–"}
        hashes = {row["initial weights (SHA-256)"] for row in rows}
        if len(hashes) == 1 and len(losses) == 1:
            st.caption(
                "The same initial weights and the same batches, to the bit: each run recorded the first batch's loss "
                "before its optimizer had done anything, and it is the same number."
            )


@st.cache_data(show_spinner=False, max_entries=64)
def _fingerprint(settings: str, n_classes: int) -> race.Fingerprint:
    """By all settings but the optimizer's, which has no part in it."""
    spec = RunSpec.model_validate_json(settings)
    return race.fingerprint(spec, spec.data.n_train, n_classes)


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
