"""The perceptron of Question 1 beside the CNN, on the same pictures."""

import numpy as np
import pandas as pd
import streamlit as st

from core import runs
from core.charts.bars import grouped_bars
from core.runs import Run, snapshots
from core.training import evaluation
from pages.shared.frame.frame import Lab
from pages.shared.panels.gone import pictures_or_none
from pages.shared.panels.results import pictures_of
from pages.shared.words.markdown import plain
from pages.shared.words.settings import run_settings


def perceptron_beside(lab: Lab, run: Run | None) -> None:
    """Accuracies and classes of both, if a perceptron has been trained on the same data."""
    judged = None if run is None else run.probabilities()
    if run is None or judged is None or not evaluation.predicts(judged):
        return
    other = perceptron_on_the_same(lab, run)
    theirs = None if other is None else other.probabilities()
    if other is None or theirs is None:
        st.caption(
            "Train the perceptron of Question 1 on the same pictures to its end, and it stands here beside the CNN."
        )
        return
    images = pictures_or_none(run, pictures_of)
    if len(images.test_labels) != len(judged):
        return
    st.header("Beside the perceptron of Question 1", anchor=False)
    rows = []
    for name, predicted in (("CNN", judged), ("perceptron", theirs)):
        matrix = evaluation.confusion_matrix(predicted.argmax(axis=1), images.test_labels, len(images.class_names))
        shares = [*evaluation.per_class_accuracy(matrix), np.trace(matrix) / matrix.sum()]
        rows += [
            {"network": name, "class": which, "accuracy": share}
            for which, share in zip([*images.class_names, "all"], shares, strict=True)
        ]
    st.altair_chart(grouped_bars(pd.DataFrame(rows).dropna(), group="network", x="class", y="accuracy"))
    st.caption(f"The perceptron: {plain(run_settings(other.spec))}")


def perceptron_on_the_same(lab: Lab, run: Run) -> Run | None:
    """This person's newest perceptron on exactly this run's data that was trained to its end; nobody else's."""
    return next(
        (
            other
            for other in runs.all_runs("perceptron")
            if other.belongs_to(lab.person) and other.spec.data == run.spec.data and snapshots.read(other).counts
        ),
        None,
    )
