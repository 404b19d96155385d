"""One step of one weight on the page: line by line, beside the other contestants, and which weight it is."""

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.lab.words import decimal
from core.optimizers.microscope import Recording, Step, first_step
from core.specs.optimizers import AnyOptimizerSpec, RMSpropSpec
from pages.shared.pictures.small_table import small_table

_MINUS = "\u2212"


def calculation(step: Step, recording: Recording, number: int) -> None:
    """Line by line: in words, the formula, the formula with the numbers, the result."""
    before = [
        ("gradient of the loss", r"g_t = \frac{\partial L}{\partial w}", "", step.gradient),
        ("weight before", "w_{t-1}", "", step.weight),
    ]
    with st.container(border=True, gap="small"):
        for name, formula, numbers, value in [
            *before,
            *((line.name, line.formula, line.numbers, line.value) for line in step.lines),
        ]:
            words, letters, result = st.columns([1.5, 3.2, 1.1], vertical_alignment="center")
            words.markdown(name)
            worked_out = f" = {{{numbers}}}" if numbers else ""
            letters.markdown(rf"$\displaystyle {formula}{worked_out}$")
            result.markdown(f"**{figure(value)}**")
    ours, torchs = step.new_weight, recording.weights[number]
    left, middle, right = st.columns(3)
    left.metric("New weight, worked out here", figure(ours, ".8f"))
    middle.metric("torch.optim's own", figure(torchs, ".8f"))
    right.metric(
        "Difference", figure(abs(ours - torchs), ".1e"),
        help="torch keeps weights in 32 bits, about seven figures; the column here has 64, from the first step on.",
    )  # fmt: skip


def side_by_side(recordings: dict[str, Recording], worked: dict[str, list[Step]], step: int) -> None:
    """The same weight and step for each contestant."""
    rows = []
    for name, recording in recordings.items():
        if step > len(worked[name]):
            continue
        one = worked[name][step - 1]
        rows.append(
            {
                "contestant": name,
                "gradient": figure(one.gradient),
                "update": figure(one.update),
                "update / rate": figure(one.in_rates, ".4g"),
                "update / gradient": figure(one.update / one.gradient) if one.gradient else "–",
                "new weight": figure(one.new_weight),
                "by torch": figure(recording.weights[step]),
            }
        )
    small_table(pd.DataFrame(rows), label="The same weight and step for each contestant")


def first_step_told(optimizers: Sequence[AnyOptimizerSpec]) -> str:
    """Why RMSprop begins with a leap, where it is among these; as Markdown."""
    alphas = dict.fromkeys(o.alpha for o in optimizers if isinstance(o, RMSpropSpec))
    if not alphas:
        return ""
    leaps = ", ".join(
        rf"$1 / \sqrt{{1 - {decimal(alpha)}}} = {first_step(RMSpropSpec(alpha=alpha)):.3g}$" for alpha in alphas
    )
    return (
        f"**The first step.** RMSprop moves each weight by {leaps} times the rate, whatever the size of its gradient: "
        "its mean square begins at 0, and nothing corrects for that. Adam does correct for it, and its first step is "
        "the rate itself: see *update / rate*."
    )


def place_in_words(recording: Recording) -> str:
    """Which weight of its layer it is, counted from 1."""
    place = [index + 1 for index in recording.place]
    if len(place) == 2:
        return f"{recording.index + 1}: from input {place[1]} to unit {place[0]}"
    return f"{recording.index + 1}: filter {place[0]}, channel {place[1]}, row {place[2]}, column {place[3]}"


def figure(value: float, form: str = "") -> str:
    """A number with six figures, by powers of ten where it is very small or large."""
    if not math.isfinite(value):
        return "no number"
    form = form or (".6g" if value == 0 or 1e-4 <= abs(value) < 1e7 else ".4e")
    return format(value, form).replace("-", _MINUS)
