"""The settings of Question 4 as widgets: the network, its fit, and the splits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from core.specs import AdamSpec
from core.specs.folds import FoldSpec
from pages.cross_validation.defaults import HANDOUT, NETWORKS
from pages.shared.controls.places import Places
from pages.shared.controls.training import (
    MAX_SEED,
    batch_size_slider,
    handout_values_button,
    learning_rate_slider,
    machine_settings,
    seed_field,
)
from pages.shared.controls.widgets import choice, choice_slider, number_field, number_slider, switch
from pages.shared.frame.frame import Lab
from pages.shared.words.glossary import definition

OWN = {"none": 0, "1/10": 10, "1/5": 5, "1/4": 4, "1/3": 3, "1/2": 2}


def network_controls(
    lab: Lab,
    *,
    cells: Iterator[AbstractContextManager[object]],
    fit: bool = True,
    prefix: str = "",
    network: str = "CNN",
    n_epochs: int = 1,
) -> FoldSpec:
    """The network and its fit.

    Parameters
    ----------
    cells : iterator of containers
        Where the widgets go, one each.
    fit : bool
        Whether batch size and learning rate are asked for.
    prefix : str
        Of the keys of network and epochs, where a tab has defaults of its own.
    network, n_epochs
        Those defaults.
    """
    with next(cells):
        chosen = choice("Network", f"{prefix}network", options=list(NETWORKS), default=network)
    with next(cells):
        explained = definition("epoch")
        epochs = number_slider(
            "Epochs", f"{prefix}n_epochs", low=1, high=20, step=1, default=n_epochs, help=explained
        )
    settings: dict[str, object] = {"optimizer": AdamSpec(), "batch_size": HANDOUT["batch_size"]}
    if fit:
        with next(cells):
            settings["batch_size"] = batch_size_slider(HANDOUT["batch_size"])
        with next(cells):
            settings["optimizer"] = AdamSpec(learning_rate=learning_rate_slider(HANDOUT["learning_rate"]))
    with next(cells):
        seed = seed_field()
    machine = {name: value for name, value in machine_settings().items() if name != "precision"}
    return FoldSpec(data=lab.data, model=NETWORKS[chosen], n_epochs=epochs, random_state=seed, **settings, **machine)


def own_share_control() -> int:
    """How much of what ``fit`` is given skorch keeps for its own validation."""
    return OWN[
        choice_slider(
            "skorch's own validation share",
            "own_share",
            options=list(OWN),
            default=HANDOUT["own_share"],
            help="train_split=ValidSplit(5, stratified=True) is skorch's default: a fifth of what fit() is given.",
        )
    ]


def fold_controls(places: Places) -> dict[str, object]:
    """K, and folded: stratified or not, shuffled by which seed."""
    with places.first:
        K = number_slider("K, the number of folds", "n_folds", low=2, high=10, step=1, default=HANDOUT["n_folds"])
    with places.more():
        return {"n_folds": K} | _dealing()


def _dealing() -> dict[str, object]:
    stratified = switch(
        "Stratified",
        "stratified",
        default=HANDOUT["stratified"],
        help=f"{definition('stratified')} scikit-learn does so by itself for a classifier.",
    )
    shuffle = switch(
        "Shuffled",
        "shuffle",
        default=True,
        help="Off, the folds are dealt in the order of the pictures, as the handout's bare cv=5 does.",
    )
    seed = number_field("Seed of the split", "split_seed", low=0, high=MAX_SEED, default=0) if shuffle else 0
    return {"stratified": stratified, "shuffle": shuffle, "split_seed": seed}


def handout_button() -> None:
    """Put the handout's values back."""
    handout_values_button(HANDOUT)


def expectation(lab: Lab, spec: FoldSpec, n_runs: int) -> str:
    """How long so many folds will take, before they are started."""
    return lab.runs_take([spec] * n_runs, runs="networks")
