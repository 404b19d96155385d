"""The batch-norm trap: a frozen network that still moves."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.runs.experiments import Snapshot
from core.transfer import charts as transfer_charts
from core.transfer import strategies
from core.transfer.strategies import Members
from pages.shared.frame.frame import Lab
from pages.shared.panels.experiment_panel import experiment_panel
from pages.shared.words.markdown import sentence_of
from pages.transfer.controls import TransferSettings
from pages.transfer.experiment import accuracies, check, hint, let_go, takes
from pages.transfer.networks import PAGE, motion, with_networks


def batch_norm_trap_view(lab: Lab, settings: TransferSettings) -> None:
    """A frozen network that still moves."""
    st.markdown(
        "`requires_grad = False` freezes the weights, but not batch norm's **running statistics**: in `train()` mode "
        "they move with every batch. The tutorial that the handout follows leaves the frozen network in `train()`."
    )
    made = strategies.trap_members(settings.base)

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
        start="Spring the trap",
        hint=hint(
            settings,
            "Press **Spring the trap**: the same frozen network twice, once in `eval()` and once left in `train()`.",
        ),
        series=strategies.curves,
        below=accuracies,
    )
    if shown is not None and shown.progress.is_over:
        _drift(shown)


def _drift(now: Snapshot) -> None:
    """What the trap did to the running statistics, and what it cost."""
    found = with_networks(now)
    accuracies = [member.accuracy for member in found.values() if member.accuracy is not None]
    if len(accuracies) < 2:
        return
    right, trapped = accuracies
    cost = 100 * (right - trapped)
    told = f"**The trap costs {cost:.1f} points of test accuracy.**"
    if cost <= 0:
        told = f"**The trap costs nothing here**: test accuracy is {-cost:.1f} points better with it."
    st.markdown(f"{told} No weight below the head has moved, but the statistics have:")
    try:
        motions = {name: motion(member.run.id) for name, member in found.items()}
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))
        return
    st.altair_chart(transfer_charts.motion_bars(motions, drift=True), width="content")
    st.caption("Change of each batch norm's running mean and variance, as a share of what they were.")
