"""The chosen runs in one picture, and all shown ones as settings against accuracy."""

import streamlit as st

from core.charts import parallel as parallel_chart
from pages.runs.shown import Shown, choose
from pages.shared.panels.overlay import MOST_RUNS, overlay_view
from pages.shared.words.charts import chart_in_words
from pages.shared.words.sealed import as_judged
from pages.shared.words.settings import bare_name

_MOST_LISTED = 300


def runs_compare(shown: Shown) -> None:
    """Overlay the chosen runs; they can be changed here too."""
    rows = shown.table.runs.set_index("id")
    ids = [*shown.chosen, *(i for i in shown.runs["id"].head(_MOST_LISTED) if i not in shown.chosen)]
    if not ids:
        st.info("There is nothing to compare yet: train twice with one setting changed, then look here.")
        return
    # Another key where others are chosen elsewhere, so that the link and the table have the last word
    key = f"compared_{hash(shown.chosen)}"
    picked = shown.picked(shown.chosen)
    labels, pages, statuses = (rows[name].astype(str).to_dict() for name in ("label", "page_title", "status"))
    # Ten names would push the curves off the screen. In no popover: a closed one's widgets send what they were last
    place = st.expander(f"Runs: {len(picked)}", icon=":material/checklist:") if picked else st.container()
    place.multiselect(
        "Runs", ids, default=list(shown.chosen), max_selections=MOST_RUNS, key=key,
        format_func=lambda i: f"{labels[i]} · {pages[i]}, {statuses[i]}",
        on_change=lambda: choose(st.session_state[key]), placeholder="Choose runs, or tick them in the table",
    )  # fmt: skip
    if picked:
        overlay_view(picked)
        st.caption("The address of this page is a permanent link to this comparison.")
    else:
        st.info("Tick runs in the **Table**, or choose them above.")


def runs_parallel(shown: Shown) -> None:
    """Which settings go with a high accuracy, at a glance."""
    frame = shown.runs.assign(**{"data.dataset": shown.runs["data_title"]})
    told = frame[frame["test_accuracy"].notna() & (frame["restored"] == "")].head(parallel_chart.MOST_RUNS)
    settings = parallel_chart.telling_settings(told)
    if len(told) < 2 or not settings:
        st.info("Train at least twice with a setting changed: each run becomes a line through its settings.")
        return
    names = {name: bare_name(name) for name in settings}
    st.altair_chart(
        chart_in_words(parallel_chart.parallel(told, names)),
        alt=as_judged("Each run is a line through its settings to its test accuracy"),
    )
    more = f"; the newest {len(told):,} of {len(frame):,}" if len(told) < len(frame) else ""
    accuracy = as_judged("test accuracy")
    st.caption(f"Each line is a run, from its settings to its {accuracy}{more}. Point at one to read it. "
               "What goes with a high accuracy need not be why it is high.")  # fmt: skip
