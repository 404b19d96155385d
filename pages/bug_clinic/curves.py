"""A patient's curves: live while it trains, and beside those of another script."""

import math

import pandas as pd
import streamlit as st

from core.charts.curves import overlay
from core.clinic.consultation import Consultation
from core.lab.words import percent
from core.runs.history import History
from core.runs.live_curves import curves
from pages.shared.pictures.live_curves import draw_live


def patient_curves(file: Consultation, said: str) -> None:
    """The lab's live curves, of what the script reports."""
    course = file.course
    history = History(n_steps_per_epoch=1)
    n_epochs = 1
    if course is not None:
        history = History(
            n_steps_per_epoch=max(1, course.n_per_epoch), losses=list(course.losses), epochs=list(course.epochs)
        )
        n_epochs = max(1, course.n_epochs)
    last = history.epochs[-1] if history.epochs else None
    total = n_epochs * history.n_steps_per_epoch
    draw_live(
        {
            "said": said,
            "share": 1.0 if file.is_trained else min(1.0, len(history.losses) / total),
            "figures": [
                ("Test accuracy", percent(last["test_accuracy"] if last else math.nan)),
                ("Training accuracy", percent(last["train_accuracy"] if last else math.nan)),
                ("Loss of the last batch", f"{history.losses[-1]:.3f}" if history.losses else "–"),
            ],
            "curves": curves(history, n_epochs=n_epochs),
        },
        key="patient_curves",
    )


def side_by_side(courses: dict[str, list[dict[str, float]]]) -> None:
    """Loss and test accuracy after each epoch, of two scripts in one picture."""
    rows = [
        {"run": name, "epoch": each["epoch"], "loss": each["train_loss"], "accuracy": each["test_accuracy"]}
        for name, epochs in courses.items()
        for each in epochs
    ]
    if not rows:
        return
    known = pd.DataFrame(rows)
    loss, accuracy = st.columns(2)
    finite = known[known["loss"].map(math.isfinite)]
    with loss:
        if len(finite):
            st.altair_chart(overlay(finite, y="loss", title="training loss"), alt="Training loss of both, per epoch")
        if len(finite) < len(known):
            gone = sorted(set(known[~known["loss"].map(math.isfinite)]["run"]))
            st.caption(f"Without a point: the loss is no number ({', '.join(gone)}).")
    with accuracy:
        st.altair_chart(
            overlay(known, y="accuracy", title="test accuracy", percent=True), alt="Test accuracy of both, per epoch"
        )
