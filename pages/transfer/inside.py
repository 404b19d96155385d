"""Inside a network of Question 5: what it makes of one picture, its filters, and the way to the plane and the tops."""


from typing import Any

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.words import shape
from core.runs import Run, open_run
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import Lab
from pages.shared.panels.chosen_picture import choose_picture, draw_picture, probability_bars
from pages.shared.panels.gone import NEEDS_PICTURES
from pages.shared.pictures.filters import filters_picture
from pages.shared.pictures.heat import heat_bars, laid_over
from pages.shared.pictures.maps_sheet import maps_sheet, picked_of
from pages.shared.pictures.strips import Mark, picture_strip
from pages.shared.pictures.where_largest import where_largest
from pages.shared.words.markdown import plain, sentence_of
from pages.transfer.feature_plane import feature_plane
from pages.transfer.networks import network, network_before, network_choice, pictures_left, spec_of
from pages.transfer.top_pictures import top_pictures

PLANE, MAPS, FILTERS, HEAT, TOP = "The plane", "Feature maps", "Filters", "Heat maps", "Top pictures"
_SHEET, _CHANNEL = "maps_transfer", "maps_transfer_channel"
_HEAT_WIDTH = 290  # pixels on the screen


def transfer_inside_view(lab: Lab) -> None:
    """Everything of the tab."""
    run = network_choice("inside_network")
    if run is None:
        return
    try:
        images = pictures_left(run)
        look = choice("Look at", "transfer_inside", options=(PLANE, MAPS, FILTERS, HEAT, TOP),
                      default=PLANE, hide_label=True)  # fmt: skip
        if look in (PLANE, TOP) and not images.has_pictures:
            st.info(NEEDS_PICTURES)
        elif look == PLANE:
            feature_plane(lab, run, images)
        elif look == FILTERS:
            _filters(run)
        elif look == TOP:
            top_pictures(lab, run, images)
        else:
            _picture(run, images, look)
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))


def _filters(run: Run) -> None:
    from core.transfer.inside import first_weights

    try:
        began = first_weights(network_before(run.id))  # of its file of weights, or of its seed
    except (ChalknetError, OSError):  # that file is gone
        began = None
    filters_picture(first_weights(network(run.id)), began, how_began="before its first step", size=72)


def _picture(run: Run, images: ImageSet, look: str) -> None:
    """One picture on the left, what the network makes of it on the right."""
    from core.transfer import inside as transfer_inside

    model, side = network(run.id), spec_of(run).side
    left, right = st.columns([1, 2.7], gap="medium")
    with left:
        chosen = choose_picture(images, is_drawn=False)
        if chosen is None:
            return
        place = st.empty()  # what the maps say of it is drawn on it
        features = transfer_inside.features_of(model, chosen.pixels[None], side)
        odds = transfer_inside.probabilities_of(model, features)[0]
        probability_bars(odds, images.class_names, chosen.label)
    with right:
        if look == MAPS:
            maps = transfer_inside.stage_maps(model, chosen.pixels, side)
            stage = choice("Stage", "stage", options=tuple(maps), default="stem")
            marks = _maps(model, maps[stage], stage, side)
        else:
            marks = []
            _heat(run, chosen.pixels, images.class_names, int(odds.argmax()))
    with place:
        draw_picture(chosen, images, marks)


def _maps(model: Any, maps: np.ndarray, stage: str, side: int) -> list[Mark]:
    """The sheet; returns where on the picture a channel fires most."""
    from core.transfer.inside import stage_field

    picked = st.session_state.get(_CHANNEL)
    channel = int(maps.max(axis=(1, 2)).argmax()) if picked is None or picked >= len(maps) else picked
    maps_sheet(
        maps,
        label=f"{len(maps)} feature maps of {stage}",
        key=_SHEET,
        picked=(channel, -1, -1),
        on_picked=_picked,
    )
    where, marks = where_largest(maps, channel, stage_field(model, stage), side)
    n, height, width = maps.shape
    st.caption(f"{n} channels of {shape(height, width)}. {where}. Click a map for its own.")
    return marks


def _picked() -> None:
    st.session_state[_CHANNEL] = picked_of(_SHEET)[0]


def _heat(run: Run, pixels: np.ndarray, names: tuple[str, ...], predicted: int) -> None:
    from core.transfer import inside as transfer_inside

    model, side = network(run.id), spec_of(run).side
    with st.container(horizontal=True):
        stage = choice("Stage of Grad-CAM", "heat_stage", options=transfer_inside.HEAT_STAGES, default="layer2")
        target = st.selectbox(
            "Grad-CAM for class",
            range(len(names)),
            predicted,
            format_func=names.__getitem__,
            width=220,
            key=f"heat_target_{predicted}",
        )
    cam = transfer_inside.grad_cam(model, stage, pixels, target, side)
    fallen = _occlusion(run.id, pixels, target)
    shown, scale = _resized(pixels, side), max(1, round(_HEAT_WIDTH / side))
    picture_strip(
        np.stack([laid_over(shown, cam, scale), laid_over(shown, fallen, scale)]), ["Grad-CAM", "Occlusion"],
        size=_HEAT_WIDTH,
    )  # fmt: skip
    heat_bars(cam, fallen)
    name, n_pixels = plain(names[target]), side // (4 * 2 ** (int(stage[-1]) - 1))
    st.markdown(
        f"**Grad-CAM**: where {stage} finds what speaks for {name}{': nothing here' if not cam.any() else ''}; its "
        f"maps have {n_pixels} {'pixel' if n_pixels == 1 else 'pixels'} a side. **Occlusion**: orange where a square "
        f"of {shape(side // 4, side // 4)} takes score away from {name}, at most "
        f"{max(0.0, float(fallen.max())):.2f}; blue where covering helps it."
    )


@st.cache_data(max_entries=64, show_spinner="Covering the picture, place by place.")
def _occlusion(run_id: str, pixels: np.ndarray, target: int) -> np.ndarray:
    from core.transfer.inside import occlusion

    return occlusion(network(run_id), pixels, target, spec_of(open_run(run_id)).side)


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture (h, h, 3) at the side that the network sees, of bytes."""
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))
