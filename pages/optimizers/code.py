"""The receipt of the race: one script that needs nothing of Chalknet."""

import streamlit as st

from core.optimizers import receipt as race_receipt
from core.optimizers.race import Contestants
from core.runs.experiments import Snapshot
from core.specs import RunSpec
from pages.optimizers.controls import RaceSettings
from pages.optimizers.race import race_of_page
from pages.shared.panels.code import script_view
from pages.shared.panels.gone import say_if_gone


def race_code_view(settings: RaceSettings) -> None:
    """The script of the race that is shown, or of the present settings before there is one."""
    shown = race_of_page()
    found = None if shown is None else _of(shown)
    if shown is None or found is None:
        st.write("The present settings as a complete script. After a race, it is the script of that race.")
        base, contestants, seeds = settings.base, settings.contestants, [settings.base.random_state]
    else:
        st.write("This race as a complete script: it needs nothing of Chalknet and gives the same losses.")
        if any(member.status.name == "stopped" for member in shown.members):
            st.caption("What was stopped goes on to its last epoch here; up to there the losses are the same.")
        base, contestants, seeds = found
        say_if_gone([base], whose="this race")
    script_view(race_receipt.sections(base, contestants, seeds), "chalknet_race", notebook=False)


def _of(now: Snapshot) -> tuple[RunSpec, Contestants, list[int]] | None:
    """Base, contestants and seeds of a race; None where all of its runs were deleted."""
    contestants: Contestants = {}
    seeds: list[int] = []
    base: RunSpec | None = None
    for member in now.members:
        spec = member.spec
        base = base or spec
        contestants.setdefault(str(member.labels["contestant"]), spec.optimizer)
        if spec.random_state not in seeds:
            seeds.append(spec.random_state)
    return None if base is None else (base, contestants, seeds)
