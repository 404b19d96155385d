"""Inside a network of Question 5: its classes in the plane before and after, its maps, its filters, its heat."""

from typing import Any

import numpy as np
import streamlit as st

from core import embedding, transfer_charts
from core.datasets.image_set import ImageSet
from core.errors import ChalknetError
from core.jobs import Job
from core.runs import Run
from pages.shared.chosen_picture import choose_picture, probability_bars
from pages.shared.controls import choice
from pages.shared.frame import Lab
from pages.shared.heat import laid_over
from pages.shared.jobs import job_progress, jobs
from pages.shared.maps_sheet import maps_sheet
from pages.shared.pictures import data_url, picture_strip
from pages.shared.results_view import pictures_of
from pages.shared.transfer_networks import network, network_before, network_choice, spec_of
from pages.shared.wording import plain

PLANE, MAPS, FILTERS, HEAT = "The plane", "Feature maps", "Filters", "Heat map"
_JOB = "embedding"


def transfer_inside_view(lab: Lab) -> None:
    """Everything of the tab."""
    run = network_choice("inside_network")
    if run is None:
        return
    try:
        images = pictures_of(run.spec.data)
        look = choice("Look at", "transfer_inside", options=(PLANE, MAPS, FILTERS, HEAT), default=PLANE,
                      hide_label=True)  # fmt: skip
        if look == PLANE:
            _plane(lab, run, images)
        elif look == FILTERS:
            _filters(run)
        else:
            _picture(run, images, look)
    except (ChalknetError, OSError) as error:
        st.warning(str(error))


def _plane(lab: Lab, run: Run, images: ImageSet) -> None:
    """The test pictures as points, by the features before training and after."""
    pictures, labels = images.test_images[: embedding.MAX_POINTS], images.test_labels[: embedding.MAX_POINTS]
    method = choice("Projection", "projection", options=("PCA", "t-SNE"), default="PCA", hide_label=True)
    store = _embeddings()
    key = (run.id, method)
    if key not in store:
        running = jobs().of(_JOB, lab.person)
        if running is not None and running.state == "running":
            job_progress(running, lab.person)
            return
        if running is not None and running.state in ("failed", "stopped"):
            st.error(plain(running.error or "Stopped."))
            st.button("Try again", key="again", on_click=jobs().forget, args=(running,))
            return
        jobs().start(_JOB, lab.person, "Looking at the test pictures", _work(run, pictures, method), unit="pictures")
        st.rerun()
    before, after = store[key]
    for column, title, (points, agreement) in zip(
        st.columns(2), ("Before training", "After"), (before, after), strict=True
    ):
        with column:
            st.markdown(f"**{title}**: the nearest neighbour is of the same class for **{agreement:.0%}**")
            chart = transfer_charts.plane(points, labels, images.class_names, _addresses(pictures))
            st.altair_chart(chart, key=f"plane_{title}_{run.id}_{method}")
    frozen = spec_of(run).frozen_stages == 5
    st.caption(
        f"{len(pictures)} test pictures by their 512 features; point at one to see it. "
        + ("All below the head was frozen, so before and after are the same." if frozen else "")
        + (" t-SNE keeps neighbours together; its large distances mean nothing." if method == "t-SNE" else "")
    )


@st.cache_resource(show_spinner=False)
def _embeddings() -> dict[tuple[str, str], Any]:
    """Points and neighbours of runs that somebody has looked at; what a finished run has learnt does not change."""
    return {}


def _work(run: Run, pictures: np.ndarray, method: Any) -> Any:
    """What the job does: features of both networks, then the plane."""
    side, frozen = spec_of(run).side, spec_of(run).frozen_stages == 5
    labels, store = pictures_of(run.spec.data).test_labels[: len(pictures)], _embeddings()
    models = [network(run.id)] if frozen else [network_before(run.id), network(run.id)]

    def work(job: Job) -> None:
        from core.transfer_inside import features_of

        found, n = [], len(pictures)
        for number, model in enumerate(models):
            features = features_of(
                model,
                pictures,
                side,
                on_progress=lambda done, total, begin=number * n: job.progress(begin + done, n * len(models)),
                should_stop=job.should_stop,
            )
            if job.should_stop():
                raise ChalknetError("Stopped.")
            agreement = embedding.neighbour_agreement(features, labels)
            found.append((embedding.in_the_plane(features, method), agreement))
        while len(store) >= 32:
            store.pop(next(iter(store)))
        store[run.id, method] = (found[0], found[-1])

    return work


def _addresses(pictures: np.ndarray) -> list[str]:
    return [data_url(picture) for picture in pictures]


def _filters(run: Run) -> None:
    from core.transfer_inside import first_filters

    filters = first_filters(network(run.id))
    picture_strip(filters, [str(k) for k in range(len(filters))], size=72)
    st.caption("The 7 x 7 weights of each filter of the stem as red, green and blue; grey is a weight of 0.")


def _picture(run: Run, images: ImageSet, look: str) -> None:
    """One picture on the left, what the network makes of it on the right."""
    from core import transfer_inside

    model, side = network(run.id), spec_of(run).side
    left, right = st.columns([1, 2.7], gap="medium")
    with left:
        chosen = choose_picture(images)
        if chosen is None:
            return
        features = transfer_inside.features_of(model, chosen.pixels[None], side)
        odds = transfer_inside.probabilities_of(model, features)[0]
        probability_bars(odds, images.class_names, chosen.label)
    with right:
        if look == MAPS:
            maps = transfer_inside.stage_maps(model, chosen.pixels, side)
            stage = choice("Stage", "stage", options=tuple(maps), default="stem")
            maps_sheet(maps[stage], label=f"{len(maps[stage])} feature maps of {stage}", key="maps_transfer")
            n, height, width = maps[stage].shape
            st.caption(f"{n} channels of {height} x {width}; blue is below zero, orange above.")
            return
        stage = choice("Stage", "heat_stage", options=transfer_inside.HEAT_STAGES, default="layer2")
        target = int(odds.argmax())
        cam = transfer_inside.grad_cam(model, stage, chosen.pixels, target, side)
        shown = _enlarged(chosen.pixels, side)
        picture_strip(laid_over(shown, cam)[None], ["Grad-CAM"], size=340)
        st.caption(
            f"Where {stage} finds what speaks for {plain(images.class_names[target])}. Its maps have "
            f"{side // (4 * 2 ** (int(stage[-1]) - 1))} pixels a side: the higher the stage, the coarser."
        )


def _enlarged(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture (32, 32, 3) at the side that the network sees, of bytes."""
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))
