"""Runs whose pictures are gone: said once on each tab that is about such a run, and what of it can still be shown.

Own sets are named by their content: the same pictures brought in again are back for all of their runs.
"""

import contextlib
from collections.abc import Callable, Iterable

import numpy as np
import streamlit as st

from core import datasets
from core.datasets.image_set import SIDE, ImageSet
from core.lab.errors import ChalknetError
from core.lab.rates import Rate
from core.runs import Run
from core.specs import DataSpec, RunSpec
from core.specs.transfer import PickedDataSpec
from pages.shared.frame.shown import Shown
from pages.shared.panels.rate_metric import rate_metric
from pages.shared.words.language import marked, say, say_of_core
from pages.shared.words.markdown import plain

NEEDS_PICTURES = "This needs the pictures of the run, which are gone."


def why_gone(data: DataSpec) -> str:
    """Why the pictures can't be shown, as a sentence; empty where they are here."""
    info = datasets.record(data.dataset).info()
    return "" if info.present else info.missing


def say_if_gone(specs: Iterable[RunSpec], *, whose: str = marked("this run")) -> bool:
    """Say it where a tab is about such runs; whether it was."""
    why = next((why for spec in specs if (why := why_gone(spec.data))), "")
    if why:
        cannot = say("The pictures of {whose} can't be shown.", whose=say(whose))
        st.warning(f"{cannot} {plain(say_of_core(why))}", icon=":material/hide_image:")
    return bool(why)


def about_run(shown: Shown[Run], view: Callable[[Run | None], object]) -> Callable[[], None]:
    """A tab that is about the page's run, with a word where the run's pictures are gone."""

    def both() -> None:
        run = shown.shown()
        if run is not None:
            say_if_gone([run.spec])
        view(run)

    return both


def pictures_or_none(run: Run, load: Callable[[DataSpec], ImageSet]) -> ImageSet:
    """The pictures of a run; where they are gone, what is left: labels and classes, or classes alone."""
    if not why_gone(run.spec.data):
        return load(run.spec.data)
    names = class_names_of(run)
    with contextlib.suppress(ChalknetError):
        left = datasets.labels_for(run.spec.data)
        if left is not None and left.class_names == names:
            return left
    nothing, no_labels = np.empty((0, SIDE, SIDE, 3), np.uint8), np.empty(0, np.int64)
    title = datasets.record(run.spec.data.dataset).info().title
    return ImageSet(run.spec.data.dataset, title, names, nothing, no_labels, nothing, no_labels, "")


def class_names_of(run: Run) -> tuple[str, ...]:
    """The classes of a run's network, also where its pictures are gone: then they may have numbers for names.

    Raises
    ------
    ChalknetError
        If nobody knows any more how many there were.
    """
    data = run.spec.data
    picked = data.classes if isinstance(data, PickedDataSpec) else ()
    known = picked or datasets.record(data.dataset).info().class_names
    judged = run.probabilities()
    if judged is not None and len(known) != judged.shape[1]:
        known = tuple(f"class {k + 1}" for k in range(judged.shape[1]))
    if not known:
        raise ChalknetError(f"Nobody knows any more which classes this run had. {why_gone(data)}")
    return known


def accuracy_alone(run: Run, said: str) -> None:
    """What a judged run tells without its pictures."""
    judged, accuracy = run.probabilities(), (run.result or {}).get("test_accuracy")
    if judged is None or accuracy is None:
        return
    rate_metric(say("Test accuracy"), Rate.of(accuracy, len(judged)))
    st.caption(f"{say('As it was measured on {n:,} test pictures', n=len(judged))} · {said}")
