"""Dials for overfitting: label noise, pictures and width; pressed, five seeds train, and the rule judges them."""

import streamlit as st

from core.datasets.info import DatasetInfo
from core.exercises.short_runs import N_SEEDS, N_TRAIN, Recipe
from core.exercises.sorting import TITLES
from core.exercises.verdict import verdict
from core.lab.jobs import Job
from pages.bug_clinic.run_curves import run_curves
from pages.bug_clinic.short_training import all_there, shelf, start
from pages.shared.controls.widgets import choice_slider
from pages.shared.panels.headline import headline
from pages.shared.words.markdown import plain

NOISE = (0, 10, 20, 30, 40, 50, 60)  # percent of the training labels
PICTURES = (100, 200, 500, 1_000, 2_000, N_TRAIN)
WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256)
N_EPOCHS, RATE = 15, 0.02


def dials(person: str, info: DatasetInfo, reference: Recipe, job: Job | None) -> None:
    """The three settings, the button, and what came out."""
    st.header("Make it overfit", anchor=False)
    st.markdown(
        f"Choose, then press Train: {N_SEEDS} seeds, {N_EPOCHS} epochs each. Wrong labels are put among the training "
        "pictures alone; the test labels stay right."
    )
    noise, n_train, width = st.columns(3)
    with noise:
        share = choice_slider("Wrong training labels", "noise", options=NOISE, default=0, format_option="{} %".format)
    with n_train:
        n = choice_slider("Training pictures", "pictures", options=PICTURES, default=500, format_option="{:,}".format)
    with width:
        units = choice_slider("Width H", "width", options=WIDTHS, default=64)
    recipe = Recipe(
        n_train=n, H=units, n_epochs=N_EPOCHS, learning_rate=RATE, label_noise=share / 100
    ).cut(info)  # fmt: skip
    if recipe.n_train < n:
        st.caption(f"{plain(info.title)} has no more than {recipe.n_train:,} to train with here.")
    if all_there(recipe, info.name) and all_there(reference, info.name):
        _shown(info, recipe, reference)
        return
    n_there = 2 * N_SEEDS - shelf().n_missing([reference], info.name) - shelf().n_missing([recipe], info.name)
    st.button(
        "Train", type="primary", icon=":material/play_arrow:", key="train_dials", disabled=job is not None,
        on_click=start, args=(person, "The seeds train", [reference, recipe], info.name),
    )  # fmt: skip
    st.caption(
        f"{n_there} of {2 * N_SEEDS} runs are there: {N_SEEDS} seeds of this setting, and {N_SEEDS} of the sound run "
        "that it is compared with."
    )


def _shown(info: DatasetInfo, recipe: Recipe, reference: Recipe) -> None:
    runs = shelf().seeds(recipe, info.name)
    reached = [one.test_accuracy[-1] for one in shelf().seeds(reference, info.name)]
    found = verdict(runs, reached, label_noise=recipe.label_noise)
    headline(f"{TITLES[found.label]}.", f"By the same rule as above, {N_SEEDS} seeds.")
    st.markdown(plain(found.sentence))
    run_curves(runs, f"mean of {N_SEEDS} seeds with its band")
    st.caption(
        f"Line: mean of {N_SEEDS} seeds. Band: from the lowest to the highest seed. Training curves are judged by the "
        f"labels that train, {recipe.label_noise:.0%} of them wrong; {recipe.n_test} test pictures with right labels."
    )
