"""A look inside a trained CNN: one picture on the left, what the network makes of it on the right."""

import numpy as np
import streamlit as st

from core.datasets.image_set import SIDE, ImageSet
from core.lab.words import shape
from core.runs import Run
from pages.cnn.networks import Opened, channel_peaks, layer_choice, opened_with_pictures, weights_before
from pages.shared.controls.widgets import choice, index_field
from pages.shared.panels.chosen_picture import ChosenPicture, choose_picture, draw_picture, probability_bars
from pages.shared.panels.gone import NEEDS_PICTURES
from pages.shared.pictures.convolution import lesson_data, moving_picture
from pages.shared.pictures.filters import filters_picture
from pages.shared.pictures.heat import heat_bars, laid_over
from pages.shared.pictures.maps_sheet import maps_sheet, picked_of
from pages.shared.pictures.strips import Mark, mark_of, picture_strip
from pages.shared.pictures.where_largest import where_largest
from pages.shared.words.markdown import plain
from pages.shared.words.sealed import as_judged

LOOK = "inside"  # the setting
MAPS, FILTERS, HEAT, TOP = "Feature maps", "Filters", "Heat maps", "Top pictures"
_SHEET, _PIXEL = "maps_inside", "picked_pixel"
FIRST = "conv_layer.0"
N_TOP = 18


@st.fragment
def inside_view(run: Run | None) -> None:
    """Everything of the tab; a fragment, so that a click redraws nothing around it."""
    found = opened_with_pictures(run, "open")
    if run is None or found is None:
        return
    network, images = found
    from core.inside import inspection

    left, right = st.columns([1, 2.7], gap="medium")
    with left:
        chosen = choose_picture(images, is_drawn=False)
        place = st.empty()  # what the maps say of it is drawn on it
        if chosen is None:
            st.write("Upload a picture: its middle square becomes 32 x 32 pixels.")
            if not images.has_pictures:  # they need none
                with right:
                    _filters(run, network)
            return
        probabilities = inspection.probabilities(network.model, chosen.pixels[None])[0]
        probability_bars(probabilities, images.class_names, chosen.label)
    marks: list[Mark] = []
    with right:
        with st.container(horizontal=True):
            look = choice("Look at", LOOK, options=(MAPS, FILTERS, HEAT, TOP), default=MAPS, hide_label=True)
            layer = layer_choice(network, "collapsed") if look in (MAPS, TOP) else ""
        if look == MAPS:
            maps = inspection.feature_maps(network.model, chosen.pixels)[layer]
            marks = _maps(network, maps, layer)
        elif look == FILTERS:
            _filters(run, network)
        elif look == HEAT:
            _heat(network, chosen, images.class_names, int(probabilities.argmax()))
        else:
            _top(run, network, layer, images)
    with place:
        draw_picture(chosen, images, marks)
    pixel = st.session_state.get(_PIXEL)
    if look == MAPS and layer == FIRST and pixel is not None and _is_inside(pixel, maps):
        _hand_sum(network, chosen, maps, *pixel)


def _maps(network: Opened, maps: np.ndarray, layer: str) -> list[Mark]:
    """The sheet; returns where on the picture a channel fires most, and where the clicked pixel lies."""
    from core.inside.inspection import layers_until
    from core.inside.receptive_field import field_of

    pixel = st.session_state.get(_PIXEL)
    if pixel is not None and not _is_inside(pixel, maps):
        pixel = None
    maps_sheet(
        maps,
        label=f"{len(maps)} feature maps of {layer}",
        key=_SHEET,
        tall=400,
        picked=pixel,
        on_picked=_picked,
    )
    field = field_of(layers_until(network.model, layer))
    channel = int(maps.max(axis=(1, 2)).argmax()) if pixel is None else pixel[0]
    where, marks = where_largest(maps, channel, field, SIDE)
    clicked = ""
    if pixel is not None:
        marks.append(mark_of(field.box(pixel[1], pixel[2]), SIDE, is_thin=True))
        clicked = "; dashed: what the pixel that was clicked sees"
    invite = "Click a pixel: its 27 multiplications appear below." if layer == FIRST else "Click a map for its own."
    n, height, width = maps.shape
    st.caption(f"{n} channels of {shape(height, width)}. {where}{clicked}. {invite}")
    return marks


def _is_inside(pixel: tuple[int, int, int], maps: np.ndarray) -> bool:
    return all(0 <= at < n for at, n in zip(pixel, maps.shape, strict=True))


def _picked() -> None:
    st.session_state[_PIXEL] = picked_of(_SHEET)


def _hand_sum(network: Opened, chosen: ChosenPicture, maps: np.ndarray, channel: int, row: int, column: int) -> None:
    from core.convolution.lesson import work
    from core.inside.hand_sum import hand_sum

    lesson = hand_sum(network.model.conv_layer[0], chosen.pixels, channel, row, column)
    worked = work(lesson)
    st.markdown(
        f"**The hand sum is the network's sum.** Channel {channel + 1}, row {row + 1}, column {column + 1}: 27 "
        f"products and the bias give **{worked.sums.output[0, 0, 0]:.5f}**; the network's own number is "
        f"**{maps[channel, row, column]:.5f}**. Pixels go from -1 to 1, as `Normalize` makes them."
    )
    data = lesson_data(lesson, worked.image, worked)
    data |= {
        "editable": False,
        "editableKernel": False,
        "hideKernel": True,  # its weights are on the pixels
        "imageTitle": "Pixels under the filter, and its weights",
        "channelNames": ["red", "green", "blue"],
        "pixel": {"channel": channel, "row": row, "column": column},  # of the layer: the picture has this one alone
    }
    moving_picture(data, "hand_sum_picture")


def _filters(run: Run, network: Opened) -> None:
    from core.inside.inspection import first_weights

    weights = first_weights(network.model)
    began = weights_before(run)
    filters_picture(
        weights, began, how_began=f"drawn again from its seed, {run.spec.random_state}",
        size=84 if len(weights) <= 64 else 56,
    )  # fmt: skip


def _heat(network: Opened, chosen: ChosenPicture, names: tuple[str, ...], predicted: int) -> None:
    from core.inside.inspection import grad_cam, occlusion

    target = st.selectbox("Grad-CAM for class", range(len(names)), predicted, format_func=names.__getitem__, width=260,
                          key=f"target_{predicted}")  # fmt: skip
    cam = grad_cam(network.model, chosen.pixels, target)
    fallen = occlusion(network.model, chosen.pixels, target)
    picture_strip(
        np.stack([laid_over(chosen.pixels, cam), laid_over(chosen.pixels, fallen)]), ["Grad-CAM", "Occlusion"], size=300
    )
    heat_bars(cam, fallen)
    name = plain(names[target])
    st.markdown(
        f"**Grad-CAM**: where the last convolution finds what speaks for {name}"
        f"{': nothing here' if not cam.any() else ''}. **Occlusion**: orange where a grey square of 8 x 8 takes "
        f"score away from {name}, at most {max(0.0, float(fallen.max())):.2f}; blue where covering helps it."
    )


def _top(run: Run, network: Opened, layer: str, images: ImageSet) -> None:
    if not images.has_pictures:
        st.info(NEEDS_PICTURES)
        return
    from core.inside.inspection import layers_until, peak_places
    from core.inside.receptive_field import field_of

    peaks = channel_peaks(run.id, network.epoch, layer, network.model, images.test_images)
    n = peaks.shape[1]
    channel = index_field(f"Channel, of {n}", "channel", n=n)
    best = np.argsort(-peaks[:, channel], kind="stable")[:N_TOP]
    captions = [f"{images.class_names[images.test_labels[i]]}\n{peaks[i, channel]:.2f}" for i in best]
    field = field_of(layers_until(network.model, layer))
    places = peak_places(network.model, layer, images.test_images[best], channel)
    marks = [[mark_of(field.box(int(row), int(column)), SIDE)] for row, column in places]
    picture_strip(images.test_images[best], captions, marks=marks)
    told = as_judged(
        f"The test pictures to which channel {channel + 1} of `{layer}` answers most, with its largest answer. The "
        f"box: the {shape(field.size, field.size)} pixels of which that answer is made, where they lie on the picture."
    )
    st.caption(told)
