"""What there is to see before the first press of Train: what goes in, what chance gives, and what will be drawn."""

import math
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import streamlit as st

from core import datasets
from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.specs import DataSpec
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.language import say
from pages.shared.words.markdown import sentence_of
from pages.shared.words.terms import markdown_with_terms

_MOST = 10  # pictures in sight
_ENOUGH = 500  # pictures that are read to find one of each class
_LOOK_SECONDS = 0.5


def before_training(data: DataSpec) -> None:
    """Ten training pictures, the accuracy of chance, and what the curves begin with.

    The pictures are read in a thread: a data set that has to be drawn first would hold the page for seconds.
    """
    few = data.model_copy(update={"n_train": min(data.n_train, _ENOUGH), "n_test": min(data.n_test, 100)})
    reading = _read(few)
    is_ready = reading.done()

    def draw() -> None:
        if reading.done() and not is_ready:
            st.rerun()
        if not reading.done():
            st.caption(say("Reading the pictures."))
            return
        try:
            images = reading.result()
        except ChalknetError as error:
            _read.clear(few)  # the next drawing tries again
            st.warning(sentence_of(error))
            return
        shown = one_of_each(images.train_labels)
        markdown_with_terms(_chance(len(images.class_names)))
        picture_strip(images.train_images[shown], [images.class_names[images.train_labels[i]] for i in shown])

    st.fragment(draw, run_every=None if is_ready else _LOOK_SECONDS)()


def _chance(n_classes: int) -> str:
    return say(
        "**{n} classes**: chance alone classifies **{chance:.1%}** correctly, and the loss of a network that knows "
        "nothing is about **ln {n} = {loss:.2f}**. Watch the loss fall below that and the accuracy rise above chance.",
        n=n_classes,
        chance=1 / n_classes,
        loss=math.log(n_classes),
    )


def one_of_each(labels: np.ndarray) -> list[int]:
    """The first picture of each class, in the order of the classes; ten classes at most.

    Parameters
    ----------
    labels : ndarray of shape (n,), int64

    Returns
    -------
    list of int
        Indices; a class without a picture has none.
    """
    _, first = np.unique(labels, return_index=True)
    return [int(i) for i in first[:_MOST]]


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(data: DataSpec) -> Future[ImageSet]:
    with_one_thread = ThreadPoolExecutor(1, thread_name_prefix="pictures")
    reading = with_one_thread.submit(datasets.load_for, data)
    with_one_thread.shutdown(wait=False)
    return reading
