"""The live picture of an experiment: many curves in one inline component, cheap enough to be drawn while they grow."""

from functools import cache
from pathlib import Path

import streamlit as st

from core.series import Series, picture

_FOLDER = Path(__file__).parent / "components" / "overlay"


def overlay_picture(
    curves: list[Series],
    *,
    said: str,
    share: float,
    key: str,
    n_epochs: int | None = None,
    against: str = "epochs",
    loss: str = "train_loss",
    accuracy: str = "test_accuracy",
) -> None:
    """Draw it.

    Parameters
    ----------
    curves : list of Series
    said : str
        The line above the progress bar.
    share : float
        Of the bar, from 0 to 1.
    key : str
        One a picture: what a person has chosen in it stays while the key does.
    n_epochs : int, optional
        Where the axis of the epochs ends, so that it does not jump while the curves grow.
    against, loss, accuracy : str
        What is drawn at first: one of ``core.series.AXES``, and of the quantities.
    """
    component = st.components.v2.component("overlay_picture", **_files())
    start = {"against": against, "loss": loss, "accuracy": accuracy}
    ends = {"epochs": n_epochs} if n_epochs else {}
    component(key=key, data=picture(curves) | {"said": said, "share": share, "start": start, "ends": ends})


@cache
def _files() -> dict[str, str]:
    """The component's HTML, style and script, read once."""
    return {kind: (_FOLDER / f"overlay.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
