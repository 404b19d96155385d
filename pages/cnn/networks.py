"""Trained networks for looking at, shared by all browsers, and never trained."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.runs import Run, kept_epochs, open_run
from core.runs.status import PREDICTS_NOTHING
from pages.shared.controls.widgets import choice_list
from pages.shared.panels.gone import class_names_of, pictures_or_none
from pages.shared.panels.results import pictures_of
from pages.shared.words.markdown import MarkdownError, sentence_of


@dataclass(frozen=True)
class Opened:
    """A network to look at.

    Attributes
    ----------
    model : CNN
    epoch : int or None
        None for the network at the run's end.
    predicted : ndarray of shape (n_test,), int64, or None
        What it took the test pictures for, where an epoch was asked for.
    """

    model: Any
    epoch: int | None
    predicted: np.ndarray | None


def opened(run: Run, epoch: int | None = None) -> Opened:
    """A run's CNN at an epoch, or at its end (before that: at its last whole epoch).

    Raises
    ------
    ChalknetError
        If there is none yet, or the run is of another kind of network.
    """
    if run.spec.model.kind != "cnn":
        raise ChalknetError("This run has no convolutions to look into. Train a network on Learn.")
    if epoch is None and run.status.name == "diverged":
        raise MarkdownError(f"{PREDICTS_NOTHING} **Rewind** has its whole epochs, if there are any.")
    if epoch is None and not (run.folder / "model.pt").exists():
        epoch = max(kept_epochs.kept(run.folder), default=None)
        if epoch is None:
            raise ChalknetError("Its first epoch is not over yet: there are no weights to look at.")
    return _open(run.id, epoch)


def opened_with_pictures(run: Run | None, what: str) -> tuple[Opened, ImageSet] | None:
    """A run's CNN and its pictures; None, and why, where there is nothing to ``what`` yet."""
    if run is None:
        st.info(f"There is no network to {what} yet: train one on **Learn**.")
        return None
    try:
        return opened(run), pictures_or_none(run, pictures_of)
    except ChalknetError as error:
        st.info(sentence_of(error))
        return None


# By run and epoch: two people's networks can't mix, and what is kept of an epoch never changes
@st.cache_resource(max_entries=6, show_spinner=False)
def _open(run_id: str, epoch: int | None) -> Opened:
    from core.inside.inspection import load_network, network_of  # torch: only where somebody looks inside

    run = open_run(run_id)
    classes = len(class_names_of(run))
    if epoch is None:
        return Opened(load_network(run, classes), None, None)
    try:
        kept = kept_epochs.load(run.folder, epoch)
    except OSError as error:
        raise ChalknetError("This epoch is not there any more.") from error
    return Opened(network_of(run.spec.model, classes, kept.weights), epoch, kept.predicted)


def layer_choice(network: Opened, label_visibility: Literal["visible", "collapsed"] = "visible") -> str:
    """One of the layers that answer with maps, bound to the URL parameter ``layer``."""
    children = network.model.conv_layer.named_children()
    names = {f"conv_layer.{name}": f"conv_layer.{name} · {type(layer).__name__}" for name, layer in children}
    first = next(iter(names))
    layer: str = choice_list(
        "Layer", "layer", options=list(names), default=first, format_option=names.__getitem__,
        hide_label=label_visibility == "collapsed",
    )  # fmt: skip
    return layer


@st.cache_data(max_entries=12, show_spinner="Showing the network all test pictures.")
def channel_peaks(run_id: str, epoch: int | None, layer: str, _model: Any, _pictures: np.ndarray) -> np.ndarray:
    """The largest answer of every channel of a layer to every test picture, (n_test, channels)."""
    from core.inside.inspection import channel_peaks

    return channel_peaks(_model, layer, _pictures)


def weights_before(run: Run) -> np.ndarray | None:
    """The first convolution's weights (n, 3, 3, 3) before the first step; None where nobody knows them."""
    return None if run.restored_from else _weights_before(run.id)


@st.cache_data(max_entries=12, show_spinner=False)
def _weights_before(run_id: str) -> np.ndarray:
    from core.inside.inspection import first_weights, network_before

    run = open_run(run_id)
    model: Any = network_before(run.spec, len(class_names_of(run)))
    return first_weights(model)
