"""The marks that a teacher has in this lab: which are shown, how long they are kept, and how they are deleted."""

import streamlit as st

from core.grading import kept_files
from core.grading.files import GradingError
from core.grading.kept import Kept
from pages.assignments.marks import marks_view
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import sentence_of


def kept_view(lab: Lab) -> None:
    """The marks that were made or changed last, and a choice where there are more; nothing where there are none."""
    codes = kept_files.codes(lab.person)
    if not codes:
        return
    code = codes[0]
    if len(codes) > 1:
        chosen = st.selectbox(
            "Marks of", codes, key=f"marking_kept_{len(codes)}_{code}",  # what is marked now is shown now
            format_func=lambda one: _title(lab.person, one),
        )  # fmt: skip
        code = chosen or code
    path = kept_files.path_of(lab.person, code)
    try:
        kept: Kept | None = kept_files.read(path)
    except GradingError as error:
        kept = None
        st.error(f"{sentence_of(error)} It stays until you delete it. Marking `{code}` anew lays it aside, beside the "
                 "new marks.")  # fmt: skip
    if kept is not None:
        marks_view(kept, path)
    _forget(lab.person, code)


def _title(person: str, code: str) -> str:
    try:
        kept = kept_files.read(kept_files.path_of(person, code))
    except GradingError:
        kept = None
    return code if kept is None else f"{kept.book.assignment.title} ({code})"


def _forget(person: str, code: str) -> None:
    st.caption(
        "What is kept: these marks and the points that you give, in the lab's folder on the machine that runs the lab, "
        "under a mark of this browser, until you delete them here. Nothing is sent elsewhere."
    )
    with st.popover("Delete these marks", icon=":material/delete:", key="ask_delete_marks"):
        st.markdown("The marks, their reasons and your points are deleted. What was handed in stays.")
        st.button("Delete", type="primary", key="delete_marks", on_click=_delete, args=(person, code))


def _delete(person: str, code: str) -> None:
    try:
        kept_files.forget(person, code)
    except GradingError as error:
        st.error(sentence_of(error))
