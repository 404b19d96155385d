"""The table of runs where a screen is narrow: fewer columns, which wrap, and runs chosen from a list.

The server does not know how wide a browser is, so both tables are sent and a rule of style shows one.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.lab.rates import known_rate
from core.lab.words import percent
from pages.runs.shown import choose
from pages.shared.panels.overlay import MOST_RUNS
from pages.shared.pictures.small_table import small_table

MOST_ROWS = 30
WIDE, SHORT = "runs_wide", "runs_short"  # keys of the containers
_BREAK = 1024  # pixels: narrower, the wide table's columns would be cut
_STYLE = f"""<style>
@media (max-width: {_BREAK - 1}px) {{ .st-key-{WIDE} {{ display: none; }} }}
@media (min-width: {_BREAK}px) {{ .st-key-{SHORT} {{ display: none; }} }}
</style>"""


def short_table(found: pd.DataFrame, chosen: Sequence[str]) -> None:
    """The newest runs, and a list to choose from."""
    st.html(_STYLE)
    with st.container(key=SHORT):
        labels = dict(zip(found["id"], found["label"], strict=True))
        key = f"short_{'.'.join(chosen)}"  # chosen elsewhere, it is another list
        st.multiselect(
            "Chosen runs", list(labels), [run_id for run_id in chosen if run_id in labels], key=key,
            format_func=labels.__getitem__, max_selections=MOST_RUNS, placeholder="none",
            on_change=lambda: choose(st.session_state[key]),
        )  # fmt: skip
        rows = found.head(MOST_ROWS)
        small_table(
            pd.DataFrame(
                {
                    "run": rows["label"].astype(str),
                    "page": rows["page_title"].astype(str),
                    "accuracy": [
                        _accuracy(share, n) for share, n in zip(rows["test_accuracy"], rows["n_judged"], strict=True)
                    ],
                    "status": rows["status"].astype(str),
                }
            ),
            label="Runs, newest first",
        )
        if len(found) > len(rows):
            st.caption(f"The newest {len(rows)} of {len(found):,}; the filters find the others.")


def _accuracy(share: float, n: float) -> str:
    rate = known_rate(share, None if pd.isna(n) else int(n))
    return rate.briefly if rate is not None and rate.is_of_few else percent(share)
