"""What a room trains: pictures of the sidebar, a network, an optimizer with its usual rate, some epochs."""

import streamlit as st

from core.optimizers.race import HANDOUT
from core.specs import CNNSpec, MLPSpec, RunSpec
from pages.shared.controls.widgets import choice, number_slider
from pages.shared.frame.frame import Lab

NETWORKS = {"MLP": MLPSpec(), "CNN": CNNSpec()}
_OPTIMIZERS = {type(one)().title: type(one)() for one in HANDOUT}


def run_controls(lab: Lab, *, epochs: int, prefix: str = "", only_mlp: bool = False) -> RunSpec:
    """Draw them; the run trains with one thread, so that it is the same wherever it does.

    Parameters
    ----------
    epochs : int
        At first.
    prefix : str
        Of the settings' names: a page can have these controls more than once.
    only_mlp : bool
        Whether there is no choice of the network.
    """
    n_epochs = number_slider("Epochs", f"{prefix}n_epochs", low=1, high=12, step=1, default=epochs)
    with st.container(horizontal=True, gap="large"):
        network = "MLP" if only_mlp else choice("Network", f"{prefix}network", options=list(NETWORKS), default="MLP")
        optimizer = choice(
            "Optimizer", f"{prefix}optimizer", options=list(_OPTIMIZERS), default=next(iter(_OPTIMIZERS))
        )
    return RunSpec(
        data=lab.data, model=NETWORKS[network], optimizer=_OPTIMIZERS[optimizer], n_epochs=n_epochs, n_threads=1
    )
