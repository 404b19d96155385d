"""Curves of chosen runs in one picture, and what alone differs between them."""

import html
from collections.abc import Collection, Mapping

import streamlit as st

from core.charts.curves import overlay
from core.charts.legend import colours_of
from core.runs import Run
from core.runs import skimmed_curves as run_curves
from core.specs import RunSpec
from pages.shared.controls.widgets import choice
from pages.shared.panels.gone import say_if_gone
from pages.shared.words.charts import chart_in_words
from pages.shared.words.curves import WHEN
from pages.shared.words.language import marked, say
from pages.shared.words.markdown import plain
from pages.shared.words.settings import short_name, what_differs
from pages.shared.words.terms import caption_with_terms

MOST_RUNS = 10
_TOLD = 3  # settings in a run's label
_AFTER = marked("third curve")  # as its switch is called: training, judged after the epoch
_LOSSES = {marked("test"): "test_loss", marked("training"): "train_loss", _AFTER: "judged_train_loss",
           marked("batches"): "batch_loss"}  # fmt: skip
_ACCURACIES = {"test": "test_accuracy", "training": "train_accuracy", _AFTER: "judged_train_accuracy"}


def overlay_view(picked: dict[str, Run]) -> None:
    """Draw loss and accuracy of the runs, named by the keys; the first is the one that the others are held against."""
    if all(run.restored_from for run in picked.values()):
        st.info(say("Of a network that was **trained elsewhere** there are no curves: nobody here saw it learn."))
        return
    whose = marked("this run") if len(picked) == 1 else marked("one of these runs")
    say_if_gone((run.spec for run in picked.values()), whose=whose)
    with st.container(horizontal=True):
        x = choice(say("Against"), "against", options=run_curves.AXES, default="epochs")
        sample = say("Of batches: a sample.")
        loss = choice(say("Loss of"), "loss", options=list(_LOSSES), default="training", help=sample)
        accuracy = choice(say("Accuracy of"), "accuracy", options=list(_ACCURACIES), default="test")
    curves = {name: run_curves.read(run.folder) for name, run in picked.items()}
    quantities = (_LOSSES[loss], _ACCURACIES[accuracy])
    tables = [run_curves.together(curves, x=x, y=y) for y in quantities]
    colours = colours_of(picked)
    st.html(legend_html(colours, drawn={name for table in tables for name in table["run"]}))
    for place, y, drawn in zip(st.columns(2), quantities, tables, strict=True):
        percent = y in _ACCURACIES.values()
        title = say(run_curves.QUANTITIES[y])
        if len(drawn):
            place.altair_chart(
                chart_in_words(overlay(drawn, x=x, y=y, title=title, percent=percent, legend=False, colours=colours)),
                alt=say("{quantity} of {n} runs against {x}", quantity=title, n=len(picked), x=say(x)),
            )
        else:
            place.info(say("None of these runs has a {quantity} yet.", quantity=title))
    _differences(picked)
    caption_with_terms(say(WHEN))
    diverged = [_number(name) for name, run in picked.items() if run.status.name == "diverged"]
    if diverged:
        st.caption(
            say("{runs} diverged: there the curves end, and there is no accuracy at the end.", runs=", ".join(diverged))
        )


def run_labels(specs: dict[str, RunSpec], numbers: dict[str, int], names: dict[str, str]) -> dict[str, str]:
    """A short name per run, by its id: its number, and the name that its owner gave it, or what is special in it."""
    every = list(specs.values())
    labels = {}
    for run_id, spec in specs.items():
        telling = names.get(run_id) or _first_words(short_name(spec, every))
        labels[run_id] = f"#{numbers[run_id]}" + (f" {telling}" if telling else "")
    return labels


def legend_html(colours: Mapping[str, str], drawn: Collection[str]) -> str:
    """One for both pictures, which wraps and is never cut; a run without a curve has no colour in it."""

    def entry(name: str, colour: str) -> str:
        if name in drawn:
            return f'<span><i style="background:{colour}"></i>{html.escape(name)}</span>'
        return f'<span><i class="none"></i>{html.escape(name)} {say("(no curve)")}</span>'

    return (
        "<style>.legend{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:0.95rem}"
        ".legend i{display:inline-block;width:14px;height:14px;border-radius:7px;margin-right:7px;"
        "vertical-align:-2px}.legend .none{box-shadow:inset 0 0 0 1.5px #7a8a86}.legend span{overflow-wrap:anywhere}"
        f'</style><div class="legend">{"".join(entry(*pair) for pair in colours.items())}</div>'
    )


def _differences(picked: dict[str, Run]) -> None:
    (first, run), *others = picked.items()
    lines = []
    for name, other in others:
        pair = say("{first} against {second}", first=_number(first), second=_number(name))
        lines.append(f"- {pair}: **{_difference(other, run)}**")
    st.markdown("\n".join(lines))


def _difference(one: Run, other: Run) -> str:
    if one.restored_from or other.restored_from:
        return say("one was trained elsewhere, nobody here knows how")
    return plain(what_differs(one.spec, other.spec))


def _number(label: str) -> str:
    return plain(label.split(" ")[0])


def _first_words(told: str) -> str:
    parts = told.split(", ")
    return ", ".join(parts[:_TOLD]) + (", …" if len(parts) > _TOLD else "")
