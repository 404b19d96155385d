"""The receipt of each strategy: a script in the style of the tutorial that the handout follows."""

import streamlit as st

from core import receipts
from core.transfer import strategies
from pages.shared.controls.widgets import choice
from pages.shared.panels.code import script_view
from pages.transfer.controls import TransferSettings


def transfer_code_view(settings: TransferSettings) -> None:
    """Choose a strategy, read and take its script."""
    made = strategies.all_strategies(settings.base, settings.dial)
    name = choice("Strategy", "code_strategy", options=tuple(made), default=next(iter(made)))
    spec = made[name]
    gives = "draws views of its own, so its losses are others than a run's here" if spec.augmentation.is_on else (
        "gives the losses of a run, up to rounding" if spec.uses_cache else "gives the losses of a run"
    )  # fmt: skip
    st.write(f"These settings as a complete script: it needs nothing of Chalknet and {gives}.")
    script_view(receipts.sections(spec), "transfer")
