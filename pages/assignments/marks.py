"""What was marked: the table, one student's reasons, fields for the points of texts, and the downloads."""

from pathlib import Path

import pandas as pd
import streamlit as st

from core.grading import kept_files
from core.grading.gradebook import Gradebook, Row
from core.grading.kept import Kept, Seen
from core.grading.pages_of_students import as_zip
from core.grading.task_mark import TaskMark, number_of
from core.lab.words import count
from pages.assignments.marks_table import ICONS, marks_table
from pages.shared.frame.frame import Lab
from pages.shared.panels.teacher_key import as_teacher
from pages.shared.pictures.small_table import small_table
from pages.shared.words.markdown import plain

_TEXTS = 8  # on a page
_LEFT = 50  # files that were not marked


def marks_view(lab: Lab, kept: Kept, path: Path) -> None:
    """Draw it.

    Parameters
    ----------
    lab : Lab
    kept : Kept
    path : Path
        Of its file. Fields here change the teachers' points in it.
    """
    book = kept.marked
    st.subheader(f"Marks: {plain(book.assignment.title)}", anchor=False)
    states = {status: sum(row.status == status for row in [*book.rows, *book.left]) for status in ICONS}
    st.markdown(" · ".join(f"{ICONS[status]} **{n:,}** {status}" for status, n in states.items() if n))
    for trouble in (*kept.told, *book.troubles):
        st.warning(plain(trouble))
    _downloads(book)
    if book.rows:
        marks_table(book)
    _not_marked(book.left)
    _one_student(book)
    _texts(lab, kept, path)


def _downloads(book: Gradebook) -> None:
    code = book.assignment.code
    with st.container(horizontal=True):
        st.download_button("Grades as CSV", book.to_csv, f"grades_{code}.csv", "text/csv", on_click="ignore",
                           icon=":material/table:", key="marking_csv")  # fmt: skip
        st.download_button(
            "A page for each student (zip)", lambda: as_zip(book), f"marked_{code}.zip", "application/zip",
            on_click="ignore", icon=":material/folder_zip:", key="marking_zip",
            help="With an index and the table. A page loads and runs nothing, and names no other student.",
        )  # fmt: skip


def _not_marked(left: list[Row]) -> None:
    """Files with the reason of each."""
    if not left:
        return
    with st.expander(f"Not marked: {count(len(left), 'file')}", icon=":material/block:"):
        shown = left[:_LEFT]
        rows = {"file": [row.file for row in shown], "student": [row.student for row in shown],
                "why": [row.told for row in shown]}  # fmt: skip
        small_table(rows, label="Files that were not marked")
        if len(left) > _LEFT:
            st.markdown(f"And {len(left) - _LEFT:,} more: the CSV names them.")


def _one_student(book: Gradebook) -> None:
    """Each task's points with the reason; those who want a look come first."""
    rows = sorted(book.rows, key=lambda row: row.status != "look at it")
    if not rows:
        return
    place = st.selectbox(
        "One student", range(len(rows)), key="marking_student",
        format_func=lambda i: f"{ICONS[rows[i].status]} {rows[i].student}: {number_of(rows[i].points)}",
    )  # fmt: skip
    if place is not None and place < len(rows):
        _reasons(rows[place])


def _reasons(row: Row) -> None:
    with st.container(border=True):
        for note in row.notes:
            st.markdown(f"{'⚠ ' if note.is_doubt else ''}{plain(note.text)}")
        for mark in row.marks:
            st.markdown(
                f"**{mark.number}. {mark.title}: {mark.told}**{' ⚠' if mark.is_doubted else ''}  \n{plain(mark.reason)}"
            )
            wrong = [part for part in mark.parts if not part.is_right]
            if wrong:
                told = [{"asked": part.name, "answer": part.given or "–", "said": part.said} for part in wrong]
                small_table(pd.DataFrame(told), label=f"Task {mark.number}: what is wrong")


def _texts(lab: Lab, kept: Kept, path: Path) -> None:
    """Texts beside what earns their points, some at a time."""
    every = [(row, mark) for row, mark in kept.book.for_the_teacher if mark.words and mark.of]
    if not every:
        return
    given = kept.points
    n_open = sum((row.key, mark.number) not in given for row, mark in every)
    st.subheader(f"Texts: {n_open:,} of {len(every):,} not marked", anchor=False)
    n_pages = -(-len(every) // _TEXTS)
    page = 1
    if n_pages > 1:
        page = int(st.number_input(f"Page, of {n_pages:,}", 1, n_pages, 1, key="marking_page", width=160))
    for row, mark in every[(page - 1) * _TEXTS : page * _TEXTS]:
        _text(lab, path, row, mark, given.get((row.key, mark.number)))


def _text(lab: Lab, path: Path, row: Row, mark: TaskMark, given: float | None) -> None:
    # Of the submission: a changed one has a field of its own, in which no earlier points stand
    key = f"marking_points_{path.parent.name}_{row.hash[:16]}_{row.key}_{mark.number}"
    seen = f"{key}_seen"  # what this window showed last: another teacher's points come into the field too
    if key not in st.session_state or st.session_state.get(seen) != given:
        st.session_state[key] = given if given is not None and 0 <= given <= mark.of else None
        st.session_state[seen] = given

    def give(points: float | None) -> None:
        known = Seen(row.hash, st.session_state.get(seen))
        if as_teacher(lab, lambda: kept_files.give(path, (row.key, mark.number), points, known)):
            st.session_state[seen] = points
        else:
            st.session_state.pop(key, None)  # the field shows what counts

    def keep() -> None:
        if (points := st.session_state.get(key)) is not None:
            give(float(points))

    def take_back() -> None:  # a field that has a number can't be emptied
        give(None)
        st.session_state.pop(key, None)

    with st.container(border=True):
        words, rubric = st.columns([3, 2])
        with words:
            st.markdown(f"**{plain(row.student)}**, task {mark.number}: {plain(mark.text)}")
            st.text(mark.words)
        with rubric:
            if mark.rubric:
                st.caption(f"What earns the points: {plain(mark.rubric)}")
            st.number_input(
                f"Points for {row.student}, of {number_of(mark.of)}", 0.0, mark.of, None, 0.5, key=key,
                format="%g", on_change=keep, placeholder="not marked",
            )  # fmt: skip
            if given is not None:
                st.button("Take back", icon=":material/undo:", key=f"{key}_back", type="tertiary", on_click=take_back)
