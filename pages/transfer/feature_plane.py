"""The classes in the plane: test pictures as points by their features, before training and after."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.rates import Rate
from core.runs import Run
from core.transfer import charts as transfer_charts
from core.transfer import embedding
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import Lab
from pages.shared.panels.results import pictures_of
from pages.shared.pictures.strips import data_url
from pages.shared.words.sealed import as_judged
from pages.transfer.networks import network, network_before, spec_of
from pages.transfer.worked_out import PLANE_JOB, worked_out


def feature_plane(lab: Lab, run: Run, images: ImageSet) -> None:
    """The test pictures as points, by the features before training and after."""
    pictures, labels = images.test_images[: embedding.MAX_POINTS], images.test_labels[: embedding.MAX_POINTS]
    method = choice("Projection", "projection", options=("PCA", "t-SNE"), default="PCA", hide_label=True)
    found = worked_out(lab, PLANE_JOB, (run.id, method), as_judged("Looking at the test pictures"),
                       lambda: _plane_work(run, pictures, method))  # fmt: skip
    if found is None:
        return
    before, after = found
    # At 32 pixels: a chart with hundreds of large pictures would weigh megabytes
    addresses = [data_url(picture) for picture in pictures_of(run.spec.data).test_images[: len(pictures)]]
    for column, title, (points, agreement) in zip(
        st.columns(2), ("Before training", "After"), (before, after), strict=True
    ):
        with column:
            st.markdown(f"**{title}**: the nearest neighbour is of the same class for "
                        f"**{Rate.of(agreement, len(pictures)).in_full(0)}**")  # fmt: skip
            chart = transfer_charts.plane(points, labels, images.class_names, addresses)
            st.altair_chart(chart, key=f"plane_{title}_{run.id}_{method}")
    frozen = spec_of(run).frozen_stages == 5
    st.caption(
        f"{len(pictures)} {as_judged('test pictures')} by their 512 features; point at one to see it. "
        + ("All below the head was frozen, so before and after are the same." if frozen else "")
        + (" t-SNE keeps neighbours together; its large distances mean nothing." if method == "t-SNE" else "")
    )


def _plane_work(run: Run, pictures: np.ndarray, method: Any) -> Callable[[Job], object]:
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
