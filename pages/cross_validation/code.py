"""The receipts of Question 4: short scripts of torch, skorch and scikit-learn."""

import streamlit as st

from core.crossval import receipt as skorch_receipt
from core.receipts.sections import Section
from core.specs.folds import LeakSpec
from pages.cross_validation.controls import fold_controls, network_controls
from pages.cross_validation.fewer_lines import fewer_controls
from pages.cross_validation.grid_search import search_controls
from pages.cross_validation.leak import copies_slider, leak_network_controls
from pages.cross_validation.splits import splits_slider
from pages.shared.controls.places import Places, settings_and_lesson
from pages.shared.controls.widgets import choice_list
from pages.shared.frame.frame import Lab
from pages.shared.panels.code import script_view

_PARTS = ("(a) fit", "(b) K folds", "single splits", "leak", "grid search")


def code_tab(lab: Lab) -> None:
    """The script of the present settings, to read and to download."""
    places = settings_and_lesson()
    with places.first:
        part = choice_list("Part", "part", options=_PARTS, default=_PARTS[1])
    parts = _sections(lab, part, places)
    if parts is not None:
        with places.lesson:
            st.write(
                "These settings as a complete script of torch, skorch and scikit-learn: it gives the page's scores. "
                "Python counts from 0: its fold 0 is the page's fold 1."
            )
            script_view(parts, "chalknet_skorch", notebook=False)


def _sections(lab: Lab, part: str, places: Places) -> list[Section] | None:
    """The controls of a part, and its script; None where these leave nothing to do."""
    if part == "(a) fit":
        return skorch_receipt.sections(fewer_controls(lab, places))
    if part == "grid search":
        wanted = search_controls(lab, places)
        return None if wanted is None else skorch_receipt.search_sections(wanted)
    if part == "leak":
        with places.first:
            leak = LeakSpec(share=copies_slider(lab) / 100)
        network = leak_network_controls(lab, places)
        return skorch_receipt.sections(network.model_copy(update=fold_controls(places) | {"leak": leak}))
    if part == "single splits":
        with places.first:
            n_splits = splits_slider()
        network = network_controls(lab, cells=places.cells(1))
        spec = network.model_copy(update=fold_controls(places) | {"split": "random"})
        return skorch_receipt.sections(spec, n_splits=n_splits)
    network = network_controls(lab, cells=places.cells(2))
    return skorch_receipt.sections(network.model_copy(update=fold_controls(places)))
