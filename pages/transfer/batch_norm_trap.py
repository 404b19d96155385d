"""The batch-norm trap: a frozen network that still moves."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.optimizers.seed_statistics import FEWEST_SEEDS, compare, verdict
from core.runs.experiments import Snapshot
from core.transfer import charts as transfer_charts
from core.transfer import strategies
from core.transfer.strategies import RIGHT_MODE, TRAP_MODE, Members
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged
from pages.transfer.controls import TransferSettings
from pages.transfer.experiment import accuracies, check, hint, let_go, takes
from pages.transfer.networks import PAGE, motion, with_networks

_SEEDS = "Each gives another head and another order. With one, what the trap costs may be luck."


def batch_norm_trap_view(lab: Lab, settings: TransferSettings) -> None:
    """A frozen network that still moves."""
    st.markdown(
        "`requires_grad = False` freezes the weights, but not batch norm's **running statistics**: in `train()` mode "
        "they move with every batch. The tutorial that the handout follows leaves the frozen network in `train()`."
    )
    n_seeds = number_slider("Seeds", "trap_seeds", low=1, high=5, step=1, default=1, help=_SEEDS)
    made = strategies.trap_members(settings.base, n_seeds)

    def make() -> tuple[Members, dict]:
        check(settings, settings.base)
        return made, {}

    shown = experiment_panel(
        lab,
        page=PAGE,
        kind=strategies.TRAP_KIND,
        make=make,
        prepare=lambda: let_go(lab, strategies.TRAP_KIND),
        expectation=takes(lab, made),
        start="Run both modes",
        hint=hint(
            settings,
            "Press **Run both modes**: the same frozen network twice, once in `eval()` and once left in `train()`.",
        ),
        series=strategies.curves,
        below=accuracies,
    )
    if shown is not None and shown.progress.is_over:
        _drift(shown)


def cost_in_words(scores: list[tuple[float, float]], n_test: int) -> str:
    """What the trap cost in test accuracy, and how much that can be relied on.

    Parameters
    ----------
    scores : list of (float, float)
        Of each seed the accuracies as it should be and in the trap, from 0 to 1.
    n_test : int
        Pictures of which each accuracy is.
    """
    if len(scores) < FEWEST_SEEDS:
        of = " and ".join(f"{100 * (right - trapped):+.1f}" for right, trapped in scores)
        seeds = "one seed" if len(scores) == 1 else "two seeds"
        return as_judged(
            f"Right minus trapped: {of} points of test accuracy, of {seeds} and {n_test:,} test pictures. That can be "
            f"luck; {FEWEST_SEEDS} seeds can tell more."
        )
    right, trapped = zip(*scores, strict=True)
    return verdict(compare(right, trapped, names=(RIGHT_MODE, TRAP_MODE), resolution=1 / n_test))


def _drift(now: Snapshot) -> None:
    """What the trap did to the running statistics, and what it cost."""
    scores = strategies.trap_scores(now)
    if not scores:
        return
    n_test = next((member.history.n_judged or member.spec.data.n_test for member in now.members), 1)
    st.markdown(plain(cost_in_words(scores, n_test)))
    found = with_networks(now)
    if len(found) < 2:
        return
    st.markdown("Below the head no weight is trained, but the statistics have moved:")
    try:
        motions = {name: motion(member.run.id) for name, member in found.items()}
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))
        return
    for chart in transfer_charts.motion_bars(motions, drift=True):
        st.altair_chart(chart)
    st.caption("Change of each batch norm's running mean and variance, as a share of what they were.")
