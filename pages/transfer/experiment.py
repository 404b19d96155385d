"""What the experiments of Question 5 have in common: what they need, how long they take, how each run did."""

import streamlit as st

from core.lab.rates import known_rate
from core.lab.words import duration, percent
from core.runs.experiments import MemberSnapshot, Snapshot
from core.specs import RunSpec
from core.transfer import strategies
from core.transfer.strategies import Members
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import experiment_of
from pages.shared.panels.results import pictures_of
from pages.shared.words.markdown import MarkdownError
from pages.transfer.controls import TransferSettings
from pages.transfer.networks import PAGE, with_networks

NEEDS_WEIGHTS = "First choose where the weights come from: the tab **Weights** trains, fetches or reads them."


def hint(settings: TransferSettings, then: str) -> str:
    """What stands there before the first press."""
    return NEEDS_WEIGHTS if settings.weights is None else then


def check(settings: TransferSettings, spec: RunSpec) -> None:
    """That there are weights, and of each class so many pictures, before anything is queued."""
    if settings.weights is None:
        raise MarkdownError(NEEDS_WEIGHTS)
    pictures_of(spec.data)


def let_go(lab: Lab, kind: str) -> None:
    """Of this person's experiment before, only what it did is kept: its networks would fill the disk."""
    before = experiment_of(PAGE, kind).shown()
    if before is None or not before.belongs_to(lab.person):
        return
    for member in with_networks(before.read()).values():
        if not member.run.meta.get("kept"):
            (member.run.folder / "model.pt").unlink(missing_ok=True)


def takes(lab: Lab, made: Members) -> str:
    """How long it will take, before it is started."""
    return lab.runs_take(spec for _, spec in made)


def accuracies(now: Snapshot) -> None:
    """Each one's accuracy and seconds as large numbers."""
    for member, column in zip(now.members, st.columns(max(1, len(now.members))), strict=False):
        epochs = member.history.epochs
        is_number = bool(epochs) and member.status.name != "diverged"  # a diverged network predicts nothing
        share = epochs[-1]["test_accuracy"] if is_number else None
        rate = known_rate(share, member.history.n_judged)
        accuracy, told = percent(share) if rate is None else rate.told(), stands(member)
        if rate is not None and rate.is_of_few:
            told = f"{rate.interval_told} · {told}"
        column.metric(strategies.name_of(member.labels), accuracy, told, delta_color="off", delta_arrow="off")


def stands(member: MemberSnapshot) -> str:
    """How long a run has trained; and where it stands, unless it has come to its end or is on its way there."""
    if member.status.name == "queued":
        return "waiting"
    epochs = member.history.epochs
    told = [duration(epochs[-1]["seconds"])] if epochs else []
    return ", ".join([*told, member.note] if member.note else told) or member.status.name
