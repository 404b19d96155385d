"""What an order did when it was run: Python's error, or its losses, prints and scores beside those of a right order."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core import datasets
from core.charts.curves import overlay
from core.exercises.loop_order import Puzzle
from core.lab.words import percent
from core.runs.health import TEXTS, health_of
from pages.shared.panels.health_card import card_of
from pages.shared.panels.in_order_work import result_of
from pages.shared.pictures.small_table import small_table
from pages.shared.words.charts import chart_in_words
from pages.shared.words.language import say, say_count, spaced
from pages.shared.words.markdown import plain, quoted

if TYPE_CHECKING:  # its module needs torch
    from core.exercises.loop_runs import LoopRun

_MOST_PRINTED = 6
_MOST_POINTS = 60  # of a curve: single batches hide its course
_NO_LINE = ("SyntaxError", "IndentationError")  # Python says so before it runs anything


def result_view(puzzle: Puzzle, run: "LoopRun", dataset: str) -> None:
    """Draw it, but for the health card."""
    right = result_of(puzzle, puzzle.right, dataset)
    if right is None:  # long ago: it made room for others
        return
    if run.error:
        _error(run)
    else:
        st.markdown(_compared(run, right))
    if run.losses and not run.error:
        _curves(run, right)
    if run.scores and not run.error:
        _scores(run, right)
    if run.printed:
        _printed(run, right)
    st.caption(
        say(
            "The handout's perceptron on {n:,} pictures of {title}. Those that judge it are training pictures of the "
            "set too. One seed, the same for every order.",
            n=run.n_pictures, title=plain(datasets.info(dataset).title),
        )
    )  # fmt: skip


def health_below(run: "LoopRun", *, key: str) -> None:
    """The card of the network, which needs the page's width; of folds that of the one that trained last."""
    rows = [row for row in health_of(run.history, has_diverged=run.has_diverged) if row.name != TEXTS["judged"]]
    if rows and run.scores:
        st.caption(say("The health card is that of the network that trained last."))
    card_of(rows, key=key)


def _error(run: "LoopRun") -> None:
    if run.error_place is None:
        st.markdown(say("Python says:"))
    elif run.error.startswith(_NO_LINE):
        st.markdown(say("Python runs none of it; at line {n} it says:", n=run.error_place + 1))
    elif run.losses:
        n = len(run.losses)
        st.markdown(
            say_count(
                "After {n:,} batch Python stops at line {line} and says:",
                "After {n:,} batches Python stops at line {line} and says:", n, line=run.error_place + 1,
            )
        )  # fmt: skip
    else:
        st.markdown(say("Python comes to line {n} and says:", n=run.error_place + 1))
    st.markdown(quoted(run.error))


def _compared(run: "LoopRun", right: "LoopRun") -> str:
    """What is the same as a right order does, and what is not."""
    if run.is_same(right):
        return say(
            "It does what the lab's own order does: the losses of all {n:,} batches are equal, bit for bit, and so is "
            "all that is printed.",
            n=len(run.losses),
        )
    if len(run.losses) != len(right.losses):
        return say(
            "Python runs it, and something else comes out: it computes {n:,} losses, a right order {n_right:,}.",
            n=len(run.losses), n_right=len(right.losses),
        )  # fmt: skip
    n = int(np.sum(np.array(run.losses) != np.array(right.losses)))
    if n:
        return say(
            "Python runs it, and something else comes out: {n:,} of {n_all:,} losses differ from those of a right "
            "order.",
            n=n, n_all=len(run.losses),
        )  # fmt: skip
    if run.weights != right.weights:
        return say("All losses are those of a right order, but the weights at the end are others.")
    if run.scores != right.scores:
        return say("All losses are those of a right order, but the scores are others.")
    return say("All losses are those of a right order, but what is printed is not.")


def _curves(run: "LoopRun", right: "LoopRun") -> None:
    series = {say("a right order"): right, say("your order"): run}
    per_point = max(1, max(len(one.losses) for one in series.values()) // _MOST_POINTS)
    top = 2 * max(right.losses)
    rows, most = [], 0.0
    for name, one in series.items():
        for begin in range(0, len(one.losses), per_point):
            mean = float(np.mean(one.losses[begin : begin + per_point]))
            if math.isfinite(mean):
                most = max(most, mean)
                rows.append(
                    {"run": name, "batch": min(begin + per_point, len(one.losses)), "loss": min(mean, top)}
                )
    chart = overlay(pd.DataFrame(rows), x="batch", y="loss", title="loss").properties(height=250)
    chart = chart.configure_axis(labelFontSize=14, titleFontSize=14).configure_legend(labelFontSize=14)
    st.altair_chart(chart_in_words(chart), alt=say("Loss of your order and of a right one, by batches"))
    told = say_count(
        "Each point: the mean loss of {n:,} batch.", "Each point: the mean loss of {n:,} batches.", per_point
    )
    if most > top:
        told += " " + say(
            "What is above {top:.1f} is drawn at the upper edge; the largest is {most:,.1f}.", top=top, most=most
        )
    if run.has_diverged:
        told += " " + say("Where the curve ends, the loss is no number any more.")
    st.caption(told)


def _scores(run: "LoopRun", right: "LoopRun") -> None:
    n = max(len(run.scores), len(right.scores))
    scores = {say("your order"): run.scores, say("a right order"): right.scores}
    table = {say("scored"): [str(k + 1) for k in range(n)]}
    for name, known in scores.items():
        table[name] = [spaced(percent(known[k])) if k < len(known) else "–" for k in range(n)]
    small_table(table, label=say("Scores in the order in which they were taken"))


def _printed(run: "LoopRun", right: "LoopRun") -> None:
    """As a table, whose letters are as large as the page's, in a hall too."""
    for title, one in ((say("Your order prints:"), run), (say("A right order prints:"), right)):
        if one is right and run.printed == right.printed:
            continue
        n = len(one.printed)
        if n > _MOST_PRINTED:
            st.markdown(say("{n:,} lines, these are the last of them.", n=n))
        small_table({title: one.printed[-_MOST_PRINTED:]}, label=title)
