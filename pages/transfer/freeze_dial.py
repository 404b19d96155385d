"""The freeze dial: how far up from the picture the pretrained weights stay as they are."""

from core.specs.transfer import ALL_BUT_HEAD
from core.transfer import strategies, usual
from pages.shared.controls.widgets import choice_slider


def freeze_dial() -> int:
    """Draw it; so many of ``core.specs.models.STAGES`` are frozen."""
    n_frozen: int = choice_slider(
        "Frozen stages",
        "dial",
        options=tuple(range(ALL_BUT_HEAD + 1)),
        default=usual.DIAL,
        format_option=strategies.cut_name,
        help="Frozen from the picture up to this stage. What is above is trained: the pretrained part with the low "
        "rate, the new head with its own.",
    )
    return n_frozen
