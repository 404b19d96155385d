"""Inside a network of Question 5: its classes in the plane before and after, its maps, filters and heat."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.remembered import Remembered
from core.runs import Run, open_run
from core.transfer import charts as transfer_charts
from core.transfer import embedding
from pages.shared.controls.widgets import choice, number_field
from pages.shared.frame.frame import Lab
from pages.shared.panels.chosen_picture import choose_picture, probability_bars
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.panels.results import pictures_of
from pages.shared.pictures.heat import laid_over
from pages.shared.pictures.maps_sheet import maps_sheet
from pages.shared.pictures.strips import data_url, picture_strip
from pages.shared.words.markdown import plain
from pages.transfer.networks import network, network_before, network_choice, pictures_for, spec_of

PLANE, MAPS, FILTERS, HEAT, TOP = "The plane", "Feature maps", "Filters", "Heat maps", "Top pictures"
MAX_LOOKED_AT = 2000  # test pictures whose answers are compared: at 96 pixels a second takes some sixty
N_TOP = 18
_PLANE_JOB, _PEAKS_JOB = "embedding", "peaks"
_HEAT_WIDTH = 290  # pixels on the screen
_MOST_FOUND = {_PLANE_JOB: 100, _PEAKS_JOB: 8}  # results that stay: 60 kB each of the plane, up to 8 MB of the peaks


def transfer_inside_view(lab: Lab) -> None:
    """Everything of the tab."""
    run = network_choice("inside_network")
    if run is None:
        return
    try:
        images = pictures_for(run.spec.data, spec_of(run).side)
        look = choice("Look at", "transfer_inside", options=(PLANE, MAPS, FILTERS, HEAT, TOP),
                      default=PLANE, hide_label=True)  # fmt: skip
        if look == PLANE:
            _plane(lab, run, images)
        elif look == FILTERS:
            _filters(run)
        elif look == TOP:
            _top(lab, run, images)
        else:
            _picture(run, images, look)
    except (ChalknetError, OSError) as error:
        st.warning(str(error))


def _plane(lab: Lab, run: Run, images: ImageSet) -> None:
    """The test pictures as points, by the features before training and after."""
    pictures, labels = images.test_images[: embedding.MAX_POINTS], images.test_labels[: embedding.MAX_POINTS]
    method = choice("Projection", "projection", options=("PCA", "t-SNE"), default="PCA", hide_label=True)
    worked_out = _worked_out(lab, _PLANE_JOB, (run.id, method), "Looking at the test pictures",
                             lambda: _plane_work(run, pictures, method))  # fmt: skip
    if worked_out is None:
        return
    before, after = worked_out
    # At 32 pixels: a chart with hundreds of large pictures would weigh megabytes
    addresses = [data_url(picture) for picture in pictures_of(run.spec.data).test_images[: len(pictures)]]
    for column, title, (points, agreement) in zip(
        st.columns(2), ("Before training", "After"), (before, after), strict=True
    ):
        with column:
            st.markdown(f"**{title}**: the nearest neighbour is of the same class for **{agreement:.0%}**")
            chart = transfer_charts.plane(points, labels, images.class_names, addresses)
            st.altair_chart(chart, key=f"plane_{title}_{run.id}_{method}")
    frozen = spec_of(run).frozen_stages == 5
    st.caption(
        f"{len(pictures)} test pictures by their 512 features; point at one to see it. "
        + ("All below the head was frozen, so before and after are the same." if frozen else "")
        + (" t-SNE keeps neighbours together; its large distances mean nothing." if method == "t-SNE" else "")
    )


def _plane_work(run: Run, pictures: np.ndarray, method: Any) -> Callable[[Job], Any]:
    """What the job does: features of both networks, then the plane."""
    side, frozen = spec_of(run).side, spec_of(run).frozen_stages == 5
    labels = pictures_of(run.spec.data).test_labels[: len(pictures)]
    models = [network(run.id)] if frozen else [network_before(run.id), network(run.id)]

    def work(job: Job) -> Any:
        from core.transfer.inside import features_of

        found, n = [], len(pictures)


        def told(begin: int, done: int, total: int) -> None:
            job.progress(begin + done, n * len(models))

        for number, model in enumerate(models):
            features = features_of(
                model,
                pictures,
                side,
                on_progress=partial(told, number * n),
                should_stop=job.should_stop,
            )
            if job.should_stop():
                raise ChalknetError("Stopped.")
            agreement = embedding.neighbour_agreement(features, labels)
            found.append((embedding.in_the_plane(features, method), agreement))
        return found[0], found[-1]

    return work


def _worked_out(
    lab: Lab, kind: str, key: tuple[str, ...], title: str, make_work: Callable[[], Callable[[Job], Any]]
) -> Any | None:
    """What a job has found for this key; None, and its bar or what became of it, until there is something."""
    store = _found(kind)
    known = store.get(key)
    if known is not None:
        return known
    running = jobs().of(kind, lab.person)
    if running is not None and running.state == "running":
        job_progress(running, lab.person)
        return None
    if running is not None and running.state in ("failed", "stopped"):
        st.error(plain(running.error or "Stopped."))
        st.button("Try again", key="again", on_click=jobs().forget, args=(running,))
        return None

    work = make_work()

    jobs().start(kind, lab.person, title, lambda job: store.put(key, work(job)), unit="pictures")
    st.rerun()
    return None


@st.cache_resource(show_spinner=False, max_entries=len(_MOST_FOUND))
def _found(kind: str) -> Remembered[tuple[str, ...], Any]:
    """What jobs have found in runs that somebody has looked at; what a finished run has learnt does not change."""
    return Remembered(_MOST_FOUND[kind])


def _filters(run: Run) -> None:
    from core.transfer.inside import first_filters

    filters = first_filters(network(run.id))
    picture_strip(filters, [str(k) for k in range(len(filters))], size=72)
    st.caption("The 7 x 7 weights of each filter of the stem as red, green and blue; grey is a weight of 0.")


def _picture(run: Run, images: ImageSet, look: str) -> None:
    """One picture on the left, what the network makes of it on the right."""
    from core.transfer import inside as transfer_inside

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
        else:
            _heat(run, chosen.pixels, images.class_names, int(odds.argmax()))


def _heat(run: Run, pixels: np.ndarray, names: tuple[str, ...], guess: int) -> None:
    from core.transfer import inside as transfer_inside

    model, side = network(run.id), spec_of(run).side
    with st.container(horizontal=True):
        stage = choice("Stage of Grad-CAM", "heat_stage", options=transfer_inside.HEAT_STAGES, default="layer2")
        target = st.selectbox("What speaks for", range(len(names)), guess, format_func=names.__getitem__, width=220,
                              key=f"heat_target_{guess}")  # fmt: skip
    cam = transfer_inside.grad_cam(model, stage, pixels, target, side)
    fallen = _occlusion(run.id, pixels, target)
    shown, scale = _resized(pixels, side), max(1, round(_HEAT_WIDTH / side))
    picture_strip(
        np.stack([laid_over(shown, cam, scale), laid_over(shown, fallen, scale)]), ["Grad-CAM", "Occlusion"],
        size=_HEAT_WIDTH,
    )  # fmt: skip
    name, n_pixels = plain(names[target]), side // (4 * 2 ** (int(stage[-1]) - 1))
    st.markdown(
        f"**Grad-CAM**: where {stage} finds what speaks for {name}{': nothing here' if not cam.any() else ''}; its "
        f"maps have {n_pixels} {'pixel' if n_pixels == 1 else 'pixels'} a side. **Occlusion**: orange where a square "
        f"of {side // 4} x {side // 4} takes score away from {name}, at most {max(0.0, float(fallen.max())):.2f}; "
        "blue where covering helps it."
    )


@st.cache_data(max_entries=64, show_spinner="Covering the picture, place by place.")
def _occlusion(run_id: str, pixels: np.ndarray, target: int) -> np.ndarray:
    from core.transfer.inside import occlusion

    return occlusion(network(run_id), pixels, target, spec_of(open_run(run_id)).side)


def _top(lab: Lab, run: Run, images: ImageSet) -> None:
    """The test pictures to which one channel answers most."""
    pictures = images.test_images[:MAX_LOOKED_AT]
    peaks = _worked_out(lab, _PEAKS_JOB, (run.id,), "Showing the network the test pictures",
                        lambda: _peaks_work(run, pictures))  # fmt: skip
    if peaks is None:
        return
    with st.container(horizontal=True):
        stage = choice("Stage", "top_stage", options=tuple(peaks), default="layer4")
        n = peaks[stage].shape[1]
        if st.session_state.get("top_channel", 0) >= n:
            st.session_state["top_channel"] = n - 1
        channel = number_field(f"Channel, of {n}", "top_channel", low=0, high=n - 1, default=0)
    answers = peaks[stage][:, channel]
    best = np.argsort(-answers, kind="stable")[:N_TOP]
    captions = [f"{images.class_names[images.test_labels[i]]}\n{answers[i]:.2f}" for i in best]
    picture_strip(pictures[best], captions)
    st.caption(f"Of {len(pictures):,} test pictures those to which channel {channel} of {stage} answers most.")


def _peaks_work(run: Run, pictures: np.ndarray) -> Callable[[Job], Any]:
    model, side = network(run.id), spec_of(run).side

    def work(job: Job) -> Any:
        from core.transfer.inside import stage_peaks

        peaks = stage_peaks(model, pictures, side, on_progress=job.progress, should_stop=job.should_stop)
        if job.should_stop():
            raise ChalknetError("Stopped.")
        return peaks

    return work


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture (h, h, 3) at the side that the network sees, of bytes."""
    from PIL import Image

    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))
