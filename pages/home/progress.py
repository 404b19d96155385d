"""What this person has tried of the lab's exercises, and what that has taught."""

from dataclasses import dataclass

import streamlit as st

from core.lab import progress
from core.lab.progress import Progress
from pages.shared.lessons import lesson
from pages.shared.words.language import marked, say, say_count


@dataclass(frozen=True)
class Family:
    """Exercises of one kind.

    Attributes
    ----------
    key : str
        As answers are noted under it (``core.lab.progress``).
    page : str
        Where they are, of ``pages.shared.lessons``.
    title, learnt : str
        What they are called; what somebody has learnt who has solved one.
    """

    key: str
    page: str
    title: str
    learnt: str


FAMILIES = (
    Family("convolution", "convolution", marked("Convolution and pooling by hand"),
           marked("Learnt: computing the cells of a map.")),
    Family("shapes", "cnn", marked("Shape doctor"), marked("Learnt: the shape and the parameters of each layer.")),
    Family("order", "perceptron", marked("The loop in order"), marked("Learnt: which line of the loop needs which.")),
    Family("overfitting", "clinic", marked("Is this overfitting?"),
           marked("Learnt: telling overfitting from noise and bugs.")),
    Family("clinic", "clinic", marked("Bug clinic"), marked("Learnt: finding a bug by its tests.")),
)  # fmt: skip


def progress_panel(owner: str) -> None:
    """A line for each kind of exercise: tried, solved, learnt, and the way there."""
    known = progress.read(owner)
    st.header(say("Your exercises"), anchor=False)
    if not known:
        st.markdown(say("Nothing tried yet. What you answer is kept in the lab's folder and sent nowhere."))
    for family in FAMILIES:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(_line(family, known.get(family.key)))
        right.page_link(lesson(family.page).file, label=say(lesson(family.page).title))


def _line(family: Family, known: Progress | None) -> str:
    if known is None:
        return f":material/radio_button_unchecked: **{say(family.title)}**"
    n = len(known.solved)
    told = say("{n_tried:,} tried, {n_solved:,} solved", n_tried=len(known.tried), n_solved=n)
    mark = ":material/check_circle:" if n else ":material/pending:"
    if met := len(known.met):
        told += ", " + say_count("{n:,} kind of mistake met", "{n:,} kinds of mistakes met", met)
    learnt = f" {say(family.learnt)}" if n else ""
    return f"{mark} **{say(family.title)}**: {told}.{learnt}"
