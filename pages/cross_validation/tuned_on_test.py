"""Tune on the test set, and see on fresh pictures what that was worth."""

from __future__ import annotations  # so that what needs SciPy is named for the type checker alone

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from core.charts.legend import colours_of, series_scale
from core.lab.jobs import Job
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab
from pages.shared.panels.headline import headline
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain
from pages.shared.words.sealed import as_judged

if TYPE_CHECKING:
    from core.crossval.tuned_on_test import Tuned

_TOLD, _FRESH = "choosing pictures", "fresh pictures"


def tuned_on_test_view(lab: Lab) -> None:
    """Fifty networks, the best of them by 100 test pictures, and what it does on others."""
    kind = f"tuned_{lab.data.dataset}_{lab.data.random_state}_{lab.data.judged_on}"
    job = jobs().of(kind, lab.person)
    if job is not None and job.state == "running":
        job_progress(job, lab.person)
        return
    st.button("Tune 50 networks", icon=":material/tune:", type="primary", key="tune", on_click=_start,
              args=(lab, kind))  # fmt: skip
    if job is None:
        told = as_judged(
            "50 perceptrons with other widths, rates, epochs and seeds learn from 500 pictures. The best of them on "
            "**100 test pictures** is chosen, as many projects do, and then judged on pictures that nobody has chosen "
            "by. What do you expect: is it as good there? It takes some 20 seconds to a minute."
        )
        st.markdown(told)
    elif job.state == "done" and job.result is not None:
        _shown(job.result)
    elif job.error:
        st.info(plain(job.error))


def _start(lab: Lab, kind: str) -> None:
    def work(job: Job) -> Tuned | None:
        from core.crossval.tuned_on_test import tune

        return tune(lab.data, on_progress=job.progress, should_stop=job.should_stop)

    known = jobs().of(kind, lab.person)
    if known is not None and known.state == "running":
        return
    if known is not None:
        jobs().forget(known)
    attempt(lambda: jobs().start(kind, lab.person, "Training", work, unit="networks"))


def _shown(found: Tuned) -> None:
    drop, low, high = (100 * value for value in found.drop)
    told, fresh = 100 * found.told.mean(), 100 * found.fresh.mean()
    if low > 0:
        said = f"The best of {found.n_runs} looks {drop:.1f} points better than it is: "
        said += f"{told:.1f} %, then {fresh:.1f} %."
    else:
        said = f"The best of {found.n_runs} said {told:.1f} %, then {fresh:.1f} %: "
        said += "no loss that these pictures can tell."
    detail = (
        f"Means of {len(found.told)} draws of {found.n_test} pictures that choose and {found.n_fresh:,} fresh ones, of "
        f"the same {found.n_runs} networks. The difference: 95 % interval {low:.1f} to {high:.1f} points (Student's t)."
    )
    headline(said, detail)
    rows = pd.DataFrame(
        [(number, name, float(values[i])) for number, i in enumerate((-found.told).argsort(), 1)
         for name, values in ((_TOLD, found.told), (_FRESH, found.fresh))],
        columns=["draw", "accuracy of the chosen network", "accuracy"],
    )  # fmt: skip
    base = alt.Chart(rows).encode(
        x=alt.X("draw:O", title="draw, the luckiest first", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("accuracy:Q", scale=alt.Scale(zero=False), axis=alt.Axis(format="%")),
    )
    line = base.mark_line(color="#8a9a95", strokeWidth=2).encode(detail="draw:O")
    colour = alt.Color(
        "accuracy of the chosen network:N", title=None,
        scale=series_scale((_TOLD, _FRESH), colours_of((_FRESH, _TOLD))),
        legend=alt.Legend(orient="top", labelLimit=0),
    )  # fmt: skip
    shape = alt.Shape("accuracy of the chosen network:N", title=None)
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=colour, shape=shape, tooltip=[alt.Tooltip("accuracy:Q", format=".1%")]
    )
    st.altair_chart(chart_in_words(alt.layer(line, dots).properties(height=320)), alt=said)
    st.markdown(
        "Nothing is wrong with any of these networks: whoever takes the largest of many noisy figures takes the "
        "luckiest noise with it. **Choose by validation, look at the test set once**: *Seal the test set*, in the "
        "sidebar, does just that."
    )
