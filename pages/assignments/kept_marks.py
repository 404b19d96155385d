"""The marks that teachers have in this lab: which are shown, how long they are kept, and how they are deleted."""

import streamlit as st

from core.grading import kept_files, marks_of_browsers
from core.grading.files import GradingError
from core.grading.kept import Kept
from pages.assignments.marks import marks_view
from pages.shared.frame.frame import Lab
from pages.shared.panels.teacher_key import as_teacher
from pages.shared.words.markdown import sentence_of


def kept_view(lab: Lab) -> None:
    """The marks that were made or changed last, and a choice where there are more; nothing where there are none."""
    try:
        marks_of_browsers.bring_together()
    except GradingError as error:
        st.error(f"{sentence_of(error)} Marks of an earlier version stay where they were.")
    codes = kept_files.codes()
    if not codes:
        return
    code = codes[0]
    if len(codes) > 1:
        chosen = st.selectbox(
            "Marks of", codes, key=f"marking_kept_{len(codes)}_{code}",  # what is marked now is shown now
            format_func=_title,
        )  # fmt: skip
        code = chosen or code
    path = kept_files.path_of(code)
    try:
        kept: Kept | None = kept_files.read(path)
    except GradingError as error:
        kept = None
        st.error(f"{sentence_of(error)} It stays until you delete it. Marking `{code}` anew lays it aside, beside the "
                 "new marks.")  # fmt: skip
    if kept is not None:
        marks_view(lab, kept, path)
    _forget(lab, code)


def replaced_by(code: str) -> list[str]:
    """What is kept of an assignment and would be replaced by marking it anew, as a sentence; none where nothing is."""
    try:
        kept = kept_files.read(kept_files.path_of(code))
    except GradingError:
        return []  # torn: said above the marks
    return [] if kept is None else [kept.told_before_anew]


def _title(code: str) -> str:
    try:
        kept = kept_files.read(kept_files.path_of(code))
    except GradingError:
        kept = None
    return code if kept is None else f"{kept.book.assignment.title} ({code})"


def _forget(lab: Lab, code: str) -> None:
    st.caption(
        "What is kept: these marks and the points that teachers give, in the lab's folder on the machine that runs the "
        "lab, for whoever has the teacher's key, until one of them deletes them here. Nothing is sent elsewhere."
    )
    with st.popover("Delete these marks", icon=":material/delete:", key="ask_delete_marks"):
        st.markdown(
            "The marks, their reasons and all points that were given are deleted, for every teacher. What was handed "
            "in stays."
        )
        st.button("Delete", type="primary", key="delete_marks", on_click=_delete, args=(lab, code))


def _delete(lab: Lab, code: str) -> None:
    as_teacher(lab, lambda: kept_files.forget(code))
