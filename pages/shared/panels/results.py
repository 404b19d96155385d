"""What a trained network got right and wrong."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from core import datasets
from core.charts.bars import class_bars
from core.datasets.image_set import ImageSet
from core.datasets.judged import judged_by
from core.lab.errors import ChalknetError
from core.lab.rates import FEW, Rate
from core.runs import Run
from core.runs.status import PREDICTS_NOTHING
from core.specs import DataSpec, RunSpec
from core.specs.tasks import task_of
from core.training import evaluation
from pages.shared.controls import lecture
from pages.shared.panels.confusion_matrix import cell_pictures, confusion_matrix
from pages.shared.panels.envelope import envelope_view
from pages.shared.panels.gone import accuracy_alone, pictures_or_none, why_gone
from pages.shared.panels.guided import guided_line
from pages.shared.panels.rate_metric import rate_metric
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.charts import chart_in_words
from pages.shared.words.judged import likeliest
from pages.shared.words.language import marked, say, say_of_core
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_in_a_line

_CANNOT_BE_SHOWN = marked("The pictures of this run can't be shown.")


def results_view(run: Run | None) -> None:
    """Accuracy, confusion matrix with its pictures, classes, most confident mistakes of a finished run."""
    probabilities = None if run is None else run.probabilities()
    if run is None or probabilities is None:
        st.info(
            say("There is nothing to judge yet: train a network on **Learn** first, or wait until it has finished.")
        )
        return
    if says_diverged(run, probabilities):
        return
    images = judged_or_none(run)
    if images is None:
        accuracy_alone(run, plain(run_in_a_line(run)))
        return
    envelope_view(run)
    judged_view(
        images, probabilities, key=run.id, said=plain(run_in_a_line(run)), below=lambda: guided_line(run)
    )  # fmt: skip


def says_diverged(run: Run, probabilities: np.ndarray) -> bool:
    """Whether a run predicts nothing; says so."""
    if evaluation.predicts(probabilities) and run.status.name != "diverged":
        return False
    st.error(say_of_core(PREDICTS_NOTHING))
    if run.status.name == "diverged":
        st.markdown(plain(say_of_core(run.status.sentence)))
    return True


def judged_view(
    images: ImageSet,
    probabilities: np.ndarray,
    *,
    key: str,
    said: str,
    title: str = marked("Test accuracy"),
    kind: str = marked("test pictures"),
    note: Callable[[int], str] = lambda i: "",
    matrix: np.ndarray | None = None,
    below: Callable[[], None] = lambda: None,
) -> None:
    """Accuracy, confusion matrix with its pictures, classes, most confident mistakes.

    Parameters
    ----------
    images : ImageSet
        Its test pictures are those that were judged.
    probabilities : ndarray of shape (n_test, n_classes)
    key : str
        Of the chart: one a network.
    said : str
        Behind the count of right ones, such as the network's settings.
    title, kind : str
        The figure's name, and what was judged.
    note : callable
        Takes a picture's number; what else stands below that picture, if anything.
    matrix : ndarray of shape (n_classes, n_classes), optional
        The confusion matrix, where somebody else has counted it.
    below : callable
        Says what else is to be said below the accuracy.
    """
    labels, names = images.test_labels, images.class_names
    if matrix is None:
        matrix = evaluation.confusion_matrix(probabilities.argmax(axis=1), labels, len(names))
    rate = Rate(int(matrix.trace()), len(labels))
    counted = say("{counted} {kind} classified correctly", counted=say_of_core(rate.counted), kind=say(kind))
    if lecture.is_on():  # one line, and the matrix has the screen
        st.markdown(f"**{counted}**")
    else:
        rate_metric(
            say(title), rate, help=say("The class with the largest output is the predicted class: "
                                       "torch.max(outputs, 1), as in part (c)."),
        )  # fmt: skip
        st.caption(f"{counted} · {said}")
        below()
    left, right_column = st.columns([1.5, 1], gap="medium")
    with left:
        if not lecture.is_on():
            st.header(say("Confusion matrix"), anchor=False)
        cell = confusion_matrix(matrix, names, key=key)
    with right_column:
        if not lecture.is_on():
            st.header(say("Per class"), anchor=False)
        st.altair_chart(chart_in_words(class_bars(evaluation.class_rates(matrix), names)))
        few_note(evaluation.class_rates(matrix))
    cell_pictures(cell, images, probabilities, note)
    if not images.has_pictures:
        return
    st.header(say("Most confident mistakes"), anchor=False)
    worst = evaluation.worst_mistakes(probabilities, labels, 12)
    if len(worst):
        told = [likeliest(probabilities[i], names, labels[i]) + note(int(i)) for i in worst]
        picture_strip(images.test_images[worst], told)
    else:
        st.write(say("None: every picture is classified correctly."))


def few_note(rates: list[Rate]) -> None:
    """What the lines on the bars are, where there are any."""
    if any(rate.is_of_few for rate in rates):
        told = say(
            "With fewer than {few} pictures of a class they are counted; the line is the 95 % confidence interval of "
            "its rate (Wilson). Where two lines overlap much, these pictures can't tell the classes apart.",
            few=FEW,
        )
        st.caption(told)


@st.cache_resource(max_entries=4, show_spinner="Loading the pictures.")
def pictures_of(data: DataSpec) -> ImageSet:
    """The pictures of a run: read-only arrays, shared by all browsers."""
    return datasets.load_for(data)


def judged_of(spec: RunSpec) -> ImageSet:
    """The pictures of a run; its test pictures are those that it judges, which a fold takes from the training ones."""
    return _judged_by(spec) if task_of(spec).judged else pictures_of(spec.data)


def judged_or_none(run: Run) -> ImageSet | None:
    """The pictures that a run was judged by, or their labels; None where they are gone, or are others by now."""
    is_gone = bool(why_gone(run.spec.data))  # which stands above every tab about this run
    if is_gone and task_of(run.spec).judged:
        return None
    try:
        images = pictures_or_none(run, pictures_of) if is_gone else judged_of(run.spec)
    except ChalknetError as error:
        st.warning(f"{say(_CANNOT_BE_SHOWN)} {sentence_of(error)}")
        return None
    judged = run.probabilities()
    if judged is not None and judged.shape != (len(images.test_labels), len(images.class_names)):
        if not is_gone:
            st.warning(f"{say(_CANNOT_BE_SHOWN)} {say('The data set of that name has other pictures now.')}")
        return None
    return images


@st.cache_resource(max_entries=4, show_spinner="Loading the pictures.")
def _judged_by(spec: RunSpec) -> ImageSet:
    return judged_by(spec)
