"""The networks of an experiment of Question 5, for looking at; nobody trains them."""

from typing import Any

import streamlit as st

from core import datasets
from core.datasets.image_set import SIDE, ImageSet
from core.lab.errors import ChalknetError
from core.runs import Run, open_run
from core.runs.experiments import MemberSnapshot, Snapshot
from core.specs import DataSpec
from core.specs.transfer import SIDES, TransferSpec
from core.transfer import strategies
from pages.shared.controls.widgets import choice
from pages.shared.frame.shown import experiment_of
from pages.shared.panels.gone import class_names_of, pictures_or_none, say_if_gone
from pages.shared.panels.results import pictures_of
from pages.transfer.path import STRATEGIES, step

PAGE = "transfer"


def with_networks(now: Snapshot) -> dict[str, MemberSnapshot]:
    """The members whose weights are there (still), by their names; also such as were stopped, none that diverged."""
    there = [m for m in now.members if m.status.name != "diverged" and (m.run.folder / "model.pt").exists()]
    return {strategies.name_of(member.labels): member for member in there}


def network_choice(key: str) -> Run | None:
    """One of the strategies' networks; says what to do where there is none."""
    shown = experiment_of(PAGE, strategies.KIND).shown()
    found = {} if shown is None else with_networks(shown.read())
    if not found:
        st.info("There is no network to open yet: compare the strategies first.")
        step("Compare strategies", STRATEGIES, "to_compare")
        return None
    default = strategies.FREEZE if strategies.FREEZE in found else next(iter(found))
    if st.session_state.get(key, default) not in found:
        st.session_state[key] = default
    run = found[choice("Network", key, options=tuple(found), default=default)].run
    say_if_gone([run.spec])
    return run


def pictures_for(data: DataSpec, side: int) -> ImageSet:
    """The pictures of a run as a network of this side gets them: large ones where the set has them."""
    if side > SIDE and datasets.info(data.dataset).side > SIDE:
        return _large_pictures_of(data)
    return pictures_of(data)


def pictures_left(run: Run) -> ImageSet:
    """The same of a run that has been trained: without a single picture where they are gone."""
    return pictures_or_none(run, lambda data: pictures_for(data, spec_of(run).side))


@st.cache_resource(max_entries=2, show_spinner="Loading the pictures.")  # up to 300 MB each
def _large_pictures_of(data: DataSpec) -> ImageSet:
    return datasets.load_for(data, side=max(SIDES))


@st.cache_resource(max_entries=4, show_spinner="Opening the network.")
def network(run_id: str) -> Any:
    """A run's ResNet-18 at its end, in ``eval()`` mode.

    Raises
    ------
    ChalknetError
        If it has left none.
    """
    from core.transfer import training as transfer  # torch: only where somebody looks inside

    run = open_run(run_id)
    return transfer.network(run, len(class_names_of(run)))


@st.cache_resource(max_entries=2, show_spinner=False)
def network_before(run_id: str) -> Any:
    """The same before training, in ``eval()`` mode."""
    from core.models.drawing import generator_kept
    from core.transfer.training import initial_network

    run = open_run(run_id)
    with generator_kept():
        return initial_network(spec_of(run), len(class_names_of(run))).eval().requires_grad_(False)


def spec_of(run: Run) -> TransferSpec:
    """Its settings; a link may name a run of another page."""
    spec = run.spec
    if not isinstance(spec, TransferSpec):
        raise ChalknetError("This is no run of Question 5.")
    return spec


@st.cache_data(max_entries=32, show_spinner="Comparing the weights.")
def motion(run_id: str) -> Any:
    """How far each layer of a run has moved from where it began."""
    from core.transfer.layer_motion import layer_motion

    return layer_motion(network_before(run_id).state_dict(), network(run_id).state_dict())
