"""How many of a person's runs were chosen by looking at the test set: the line that the handout leaves out."""

import streamlit as st

from core.lab import owners
from core.runs import Run
from core.runs import table as run_table
from pages.shared.frame.person import person
from pages.shared.words.language import say
from pages.shared.words.markdown import plain
from pages.shared.words.settings import dataset_title

_FEWEST = 2  # of one run nothing was chosen


def guided_line(run: Run) -> None:
    """Say it below a test accuracy, of all runs of this person on the same data set."""
    who = person()
    if run.spec.data.judged_on != "test" or not run.belongs_to(who):
        return
    known = run_table.read().runs
    looked_at = known[
        (known["owner"] == owners.owner_mark(who))
        & (known["data.dataset"] == run.spec.data.dataset)
        & (known["data.judged_on"] == "test")
        & known["test_accuracy"].notna()
        & (known["restored"] == "")
    ]
    if len(looked_at) >= _FEWEST:
        told = say(
            "Test accuracy has guided {n:,} runs of yours on {dataset} so far: the best of them flatters. **Seal the "
            "test set**, in the sidebar, shows validation instead.",
            n=len(looked_at), dataset=plain(dataset_title(run.spec.data.dataset)),
        )  # fmt: skip
        st.caption(told)
