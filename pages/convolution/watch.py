"""The "Watch" view: settings, moving picture, sizes, the handout's slip, PyTorch and the export."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core import datasets
from core.convolution.formula import size_formula
from core.convolution.inputs import ConvolutionError
from core.convolution.kernels import KERNELS, effect_on, kernel_name
from core.convolution.lesson import HANDOUT_A, HANDOUT_B, Lesson, Worked, with_cell, work
from core.convolution.mistakes import TOLERANCE
from core.convolution.pictures import channels_of, photograph
from core.convolution.worked_solution import grids_csv, pytorch_lines, worked_markdown
from core.specs import DataSpec
from pages.convolution.controls import controls, sizes
from pages.convolution.saved_page import saved_page
from pages.convolution.stage import picture_stage
from pages.convolution.state import current_lesson, notice, show, write_link
from pages.shared.controls.setting import BET
from pages.shared.controls.settings import is_on, tell
from pages.shared.pictures.convolution import lesson_data, moving_picture, sent
from pages.shared.words.language import language, marked, say, say_of_core, speaking
from pages.shared.words.terms import caption_with_terms

PICTURE = "convolution_picture"
_PROBLEM, _START = "convolution_problem", "convolution_start"
_CATCH_UP = "convolution_catch_up"


@st.fragment
def watch(data: DataSpec) -> None:
    """Everything that a change of a setting redraws; a fragment, so that the frame around it rests."""
    lesson = current_lesson()
    if notice():
        st.warning(notice(), icon=":material/link_off:")
    controls(lesson, len(datasets.load_for(data).test_images) if lesson.source == "data" else 1)
    with picture_stage():
        _picture(data)
    sizes(lesson)
    _, worked, _ = _work(lesson, data)
    if worked is not None:
        _explain(worked)
    _handout()
    if worked is not None:
        _check(worked)
        _export(worked)
    tell({"exercise": None})


@st.fragment
def _picture(data: DataSpec) -> None:
    """The picture alone, so that an edited cell is redrawn at once; then the browser asks for the rest of the page."""
    if st.session_state.pop(_CATCH_UP, False):
        st.rerun()
    lesson = current_lesson()
    image, worked, impossible = _work(lesson, data)
    picture = lesson_data(lesson, image, worked)
    for name, key in (("problem", _PROBLEM), ("start", _START)):
        picture[name] = st.session_state.get(key)
    picture |= {"impossible": impossible, "notes": _notes(lesson)}
    if is_on(BET):
        picture["bet"] = {"tolerance": TOLERANCE}
    moving_picture(picture, PICTURE, on_edited_change=_edited, on_redrawn_change=_redrawn)
    write_link()


def _work(lesson: Lesson, data: DataSpec) -> tuple[np.ndarray, Worked | None, str | None]:
    """The image; the lesson computed, or why it is impossible."""
    if lesson.source == "grid":
        image = np.array(lesson.image, dtype=np.float64)
    elif lesson.source == "data":
        images = datasets.load_for(data).test_images
        image = channels_of(images[min(lesson.index, len(images) - 1)], lesson.colour)
    else:
        image = photograph(lesson.source, lesson.colour)
    try:
        return image, work(lesson, image), None
    except ConvolutionError as error:
        return image, None, say_of_core(str(error))


def _redrawn() -> None:
    st.session_state[_CATCH_UP] = True


def _edited() -> None:
    """A cell was typed into: take the number, or keep the text beside the sentence that says what is allowed."""
    for event in sent(PICTURE, "edited"):
        st.session_state.pop(_PROBLEM, None)
        try:
            show(with_cell(current_lesson(), event["grid"], tuple(event["place"]), event["text"]))
        except ConvolutionError as error:
            st.session_state[_PROBLEM] = event | {"sentence": say_of_core(str(error))}


def _explain(worked: Worked) -> None:
    lesson = worked.lesson
    names = {kernel_name(grid) for cube in lesson.kernel for grid in cube}
    if len(names) == 1 and (name := names.pop()) is not None:
        kernel = KERNELS[name]
        st.markdown(f"**{say(kernel.title)}.** {say_of_core(effect_on(kernel, lesson.channels))}")
    st.markdown(say("A small window slides over the image: multiply, add up, write one number."))
    st.header(say("How large is the map?"), anchor=False)
    stages = [(say("Convolution"), worked.sums)] + ([(say("Pooling"), worked.pooled)] if worked.pooled else [])
    for name, walk in stages:
        # Inline, as a formula of its own would scroll on a phone instead of breaking
        both = (("H", walk.rows), ("W", walk.columns))
        sizes = (f"${letter}' = {size_formula(axis, letter)}$" for letter, axis in both)
        st.markdown(f"**{name}:** {', '.join(sizes)}".replace(r"\frac", r"\dfrac"))
    symbols = say(
        "$H, W$: rows and columns; $k$: those of the window; $s$: stride; $p$: padding; $d$: dilation. Left out: "
        "padding 0 and dilation 1."
    )
    caption_with_terms(symbols)


# The readings of what the handout prints: the settings, and the pooled row that shows it
_READINGS = {
    marked("Handout 1: max(1, 3, 7, 9)"): (replace(HANDOUT_A, pool_stride=(1, 1)), 1),
    marked("Handout 2: maxima 25 and 28"): (replace(HANDOUT_B, pooling="max"), 2),
    marked("Averages 16.5 and 24"): (HANDOUT_B, 2),
    marked("PyTorch's default: no such row"): (replace(HANDOUT_B, edge="drop"), 1),
}
# What the picture says at the pooled cells where the handout slips: by lesson, (row, column): text
_NOTES = [
    (
        HANDOUT_A,
        (1, 0),
        marked("The handout writes max(1, 3, 7, 9): its window moved by one row only, stride 1. Same maximum."),
    ),
    (HANDOUT_B, (2, 0), marked("The handout prints 25 here: the larger of 8 and 25, not their average.")),
    (HANDOUT_B, (2, 1), marked("The handout prints 28 here: the larger of 28 and 20, not their average.")),
]


def _handout() -> None:
    st.header(say("What the handout says"), anchor=False)
    slips = say(
        "The last row of its average-pooled map is **25, 28**. These are the *largest* values of the two partial "
        "windows, (8, 25) and (28, 20). Their averages are **16.5** and **24**; PyTorch drops the row unless "
        "`ceil_mode=True`. Its first max-pooling takes max(1, 3, 7, 9), which is a stride of 1. In the picture:"
    )
    st.markdown(slips)
    with st.container(horizontal=True):
        for text, reading in _READINGS.items():
            st.button(say(text), on_click=_show_reading, args=reading)


def _show_reading(lesson: Lesson, row: int) -> None:
    show(lesson)
    number = st.session_state.get(_START, {"id": 0})["id"] + 1
    st.session_state[_START] = {"id": number, "stage": "pooling", "row": row, "column": 0}


def _notes(lesson: Lesson) -> list[dict]:
    return [
        {"stage": "pooling", "row": row, "column": column, "text": say(text)}
        for noted, (row, column), text in _NOTES
        if noted == lesson
    ]


def _check(worked: Worked) -> None:
    # Closed at first: a code block makes the browser load and start a highlighter, half a second before the picture
    box = st.expander(say("The same in PyTorch"), icon=":material/code:", key="convolution_pytorch", on_change="rerun")
    if box.open:
        with box:
            _pytorch(worked)


def _pytorch(worked: Worked) -> None:
    st.code(pytorch_lines(worked.lesson), language="python", wrap_lines=True)
    if not st.button(say("Check against PyTorch"), icon=":material/fact_check:"):
        return
    from core.convolution.torch_check import compare  # imports torch: only now, so that the page opens fast

    for stage in compare(worked):
        st.markdown(
            say("**{stage}**: largest difference {number:.3g}", stage=say(stage.stage), number=stage.difference)
        )
        if stage.ours[0].size <= 1024:
            ours, theirs = st.columns(2)
            ours.caption("Chalknet")
            ours.dataframe(stage.ours[0], hide_index=True)
            theirs.caption("torch.nn.functional")
            theirs.dataframe(stage.theirs[0], hide_index=True)


def _export(worked: Worked) -> None:
    spoken = language()

    def page() -> str:
        with speaking(spoken):
            return saved_page(worked, _notes)

    with st.container(horizontal=True):
        st.download_button(say("This page as one file"), page, "convolution.html", "text/html",
                           icon=":material/download:", on_click="ignore",
                           help=say("Opens in any browser without the lab and without a network, with exercises. "
                                    "For an LMS, or a train ride."))  # fmt: skip
        st.download_button(say("Worked solution (Markdown)"), lambda: worked_markdown(worked), "convolution.md",
                           "text/markdown", icon=":material/download:", on_click="ignore")  # fmt: skip
        st.download_button(say("Grids (CSV)"), lambda: grids_csv(worked), "convolution.csv", "text/csv",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
        st.caption(say("The address of this page is a link to exactly this picture."))
