"""The link from an assignment to its page of the lab, with the settings that it begins with."""

import streamlit as st

from core.assignments.assignment import OWN_SEED, Assignment
from core.assignments.desk import Work
from core.assignments.variant import seed_of
from pages.shared.controls.settings import carried
from pages.shared.frame.tabs import TAB
from pages.shared.lessons import lesson_of_run


def start_parameters(assignment: Assignment, seed: int) -> dict[str, str]:
    """What the page's address says where a student begins."""
    texts = {one.name: one.text for one in assignment.settings}
    if assignment.own_seed:
        texts[OWN_SEED] = str(seed)
    return texts | ({TAB: assignment.tab} if assignment.tab else {})


def open_lesson(work: Work) -> None:
    """Draw the link."""
    page = lesson_of_run(work.assignment.page)
    if page is None:
        st.warning("This assignment is about a page that this lab does not have.")
        return
    st.page_link(
        page.file, label=f"Open {page.name} with its settings", icon=page.icon,
        query_params=start_parameters(work.assignment, seed_of(work.assignment, work.student)) | carried(),
    )  # fmt: skip
