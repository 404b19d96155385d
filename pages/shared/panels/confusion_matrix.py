"""The confusion matrix, and the pictures behind the cell that was clicked."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from core.charts.confusion_matrix import ROW, confusion_heatmap
from core.datasets.image_set import ImageSet
from core.lab.rates import Rate
from core.training import evaluation
from pages.shared.controls import lecture
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.charts import chart_in_words
from pages.shared.words.judged import likeliest
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

MOST_PICTURES = 24
LECTURE_ROW = 20  # pixels: ten classes and their names are as high as the screen


def confusion_matrix(matrix: np.ndarray, names: tuple[str, ...], *, key: str) -> tuple[int, int] | None:
    """Draw it; the true class and the predicted one of the cell that is chosen, by their numbers."""
    picked = st.altair_chart(
        chart_in_words(
            confusion_heatmap(
                matrix, names, told=lambda k, of: say_of_core(Rate(k, of).in_full()),
                row_height=LECTURE_ROW if lecture.is_on() else ROW,
                theme="dark" if st.context.theme.type == "dark" else "light",
            )
        ),
        key=f"confusion_{key}",
        on_select="rerun",
        selection_mode="cell",
        alt=say("Confusion matrix: rows are true classes, columns are predicted classes"),
    )
    return clicked(getattr(picked, "selection", {}).get("cell"), names)


def clicked(cell: object, names: tuple[str, ...]) -> tuple[int, int] | None:
    """The classes of what the browser sends as the chosen cell; None where it names none that there are."""
    try:
        return names.index(cell[0]["true"]), names.index(cell[0]["predicted"])  # type: ignore[index]
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def cell_pictures(
    cell: tuple[int, int] | None, images: ImageSet, probabilities: np.ndarray, note: Callable[[int], str]
) -> None:
    """The pictures of a cell, the surest first; ``note`` says what else stands below a picture of that number."""
    if cell is None:
        st.caption(say("Click a cell of the matrix to see its pictures."))
        return
    names, (true, predicted) = images.class_names, cell
    members = evaluation.cell_members(probabilities, images.test_labels, true, predicted)
    rate = Rate(len(members), int((images.test_labels == true).sum()))
    head = say(
        "{true}, taken for {predicted}: {n}", true=plain(names[true]), predicted=plain(names[predicted]), n=len(members)
    )
    st.header(head, anchor=False)
    st.caption(say("That is {share} of the true class.", share=say_of_core(rate.in_full())))
    if not images.has_pictures:
        return
    shown = members[:MOST_PICTURES]
    told = [likeliest(probabilities[i], names, true) + note(int(i)) for i in shown]
    picture_strip(images.test_images[shown], told)
    if len(members) > len(shown):
        st.caption(say("The {n} surest of {n_all}.", n=len(shown), n_all=len(members)))
