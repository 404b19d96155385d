"""Branches of a run: on from an epoch with another learning rate, and all of them in one picture."""

import pandas as pd
import streamlit as st

from core import runs
from core.charts.curves import overlay
from core.charts.legend import colours_of
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.runs import Run
from core.runs.branches import family, make_branch
from pages.shared.controls.training import LEARNING_RATES
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import go_to
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import sentence_of

GONE_ON = "went_on"  # set where a branch was started: the whole page has to be drawn again


def go_on(lab: Lab, run: Run, page: str, epoch: int) -> None:
    """Settings and button of a branch."""
    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        tenth = float(f"{run.spec.optimizer_at(epoch - 1).learning_rate / 10:.3g}")
        rates = sorted({*(float(f"{rate:.0e}") for rate in LEARNING_RATES), tenth})
        rate = st.select_slider(
            "Another learning rate", rates, tenth, key=f"rate_{run.id}", format_func=decimal, width=280
        )
        more = int(st.number_input("Epochs more", 1, 50, 2, key=f"more_{run.id}", width=130))
        st.button(
            f"Go on from epoch {epoch}",
            type="primary",
            icon=":material/call_split:",
            key="go_on",
            on_click=_start_branch,
            args=(lab, run.id, page, epoch, rate, more),
        )


def _start_branch(lab: Lab, run_id: str, page: str, epoch: int, rate: float, more: int) -> None:
    try:
        branch = make_branch(runs.open_run(run_id), epoch, rate, more, owner=lab.person)
        lab.engine.submit(branch, lab.person)
    except ChalknetError as error:
        st.error(sentence_of(error))
        return
    run_of(page).show(branch)
    go_to("Learn")  # there it is watched as it goes
    st.session_state[GONE_ON] = True


def branches(lab: Lab, run: Run, page: str) -> None:
    """The family of this run in one picture: each branch begins where it left its parent."""
    members = family(run, runs.all_runs(page), lab.person)
    if len(members) < 2:
        return
    names = {member.id: branch_name(k, member) for k, member in enumerate(members)}
    curves = pd.concat([branch_curve(member, names[member.id]) for member in members])
    st.header("Branches", anchor=False)
    chart, choice = st.columns([3, 1], vertical_alignment="center")
    colours = colours_of(names.values())
    drawn = overlay(curves, y="test_accuracy", title="test accuracy", percent=True, colours=colours)
    chart.altair_chart(chart_in_words(drawn))
    shown = choice.radio("Shown here", list(names), list(names).index(run.id), format_func=names.__getitem__,
                         key=f"branch_of_{run.id}")  # fmt: skip
    if shown != run.id:
        run_of(page).show(next(member for member in members if member.id == shown))
        st.rerun()


def branch_name(number: int, run: Run) -> str:
    rate = f"learning rate {decimal(run.spec.optimizer.learning_rate)}"
    begin = run.meta.get("parent_epoch")
    return f"first run, {rate}" if begin is None else f"branch {number} from epoch {begin}, {rate}"


def branch_curve(run: Run, label: str) -> pd.DataFrame:
    """A branch is drawn from the epoch on in which it left its parent."""
    begin = run.meta.get("parent_epoch", 0)
    history = run.history()
    told = [event for event in history.epochs if event["epoch"] >= begin]
    per_epoch = max(1, history.n_steps_per_epoch)
    return pd.DataFrame(
        {
            "run": label,
            "epoch": [event["step"] / per_epoch for event in told],
            "test_accuracy": [event["test_accuracy"] for event in told],
        }
    )
