"""Is it real? The race over several seeds, and the verdict on each pair."""

import streamlit as st

from core.lab.words import of_all
from core.optimizers import charts as optimizer_charts
from core.optimizers import race, seed_statistics
from core.runs.experiments import Snapshot
from pages.optimizers.controls import RaceSettings
from pages.optimizers.race import PAGE, takes
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain
from pages.shared.words.sealed import as_judged

_MOST_LINES = 6  # of pairs that can't be told apart; more are folded away


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
        expectation=takes(lab, made),
        start="Repeat the race",
        hint="Press **Repeat the race**: mean curves with 95 % bands grow here, and below them the verdict.",
        series=race.curves,
        below=_verdict,
    )


def _verdict(now: Snapshot) -> None:
    """What the seeds show so far: a sentence and an interval a pair."""
    found = race.scores(now)
    rows = race.paired(found)
    n, planned = len(next(iter(rows.values()), [])), len({labels.get("seed") for labels in now.experiment.labels})
    if n < 2:
        over = f"Only {n} of {planned} seeds came to their end with all contestants: a verdict needs two."
        comes = "The verdict comes with the second seed that all contestants have finished."
        st.caption(over if now.progress.is_over else comes)
        return
    n_test = next((member.spec.data.n_test for member in now.members), 1)
    compared = seed_statistics.compare_all(rows, resolution=1 / n_test)
    st.header(as_judged(f"Test accuracy at the end, {of_all(n, planned, 'seed')}"), anchor=False)
    told_apart = [c for c in compared if c.is_real]
    others = [c for c in compared if not c.is_real]
    for comparison in told_apart:
        st.markdown(f":material/check_circle: {plain(seed_statistics.verdict(comparison))}")
    folded = len(others) > _MOST_LINES
    with st.expander(f"{len(others)} pairs can't be told apart") if folded else st.container():
        for comparison in others:
            st.markdown(f":material/help: {plain(seed_statistics.verdict(comparison))}")
    st.altair_chart(chart_in_words(optimizer_charts.pairs_chart(compared)), key=f"pairs_{now.experiment.id}")
    _diverged(found)
    pairs = len(compared)
    together = (
        f"The {pairs} intervals hold together with 95 % (Bonferroni): each is wider than a 95 % interval of its own. "
        if pairs > 1
        else ""
    )
    st.caption(
        f"{together}Paired by seed, as both contestants of a pair share initial weights and batches. It speaks of "
        "these pictures, this network and this many epochs, and of no other. With the "
        f"seeds *needed*, {seed_statistics.POWER:.0%} of such experiments would tell the two apart."
    )


def _diverged(found: dict[str, dict[int, float]]) -> None:
    for name, of_one in found.items():
        lost = [seed for seed, score in of_one.items() if score != score]
        if lost:
            st.warning(f"{plain(name)} diverged in {len(lost)} of {len(of_one)} seeds; those pairs are left out.")
