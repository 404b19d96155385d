"""The test pictures to which one channel of a stage answers most."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.runs import Run
from pages.shared.controls.widgets import choice, index_field
from pages.shared.frame.frame import Lab
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.sealed import as_judged
from pages.transfer.networks import network, spec_of
from pages.transfer.worked_out import PEAKS_JOB, worked_out

MAX_LOOKED_AT = 2000  # test pictures whose answers are compared: at 96 pixels a second takes some sixty
N_TOP = 18


def top_pictures(lab: Lab, run: Run, images: ImageSet) -> None:
    """The test pictures to which one channel answers most."""
    pictures = images.test_images[:MAX_LOOKED_AT]
    peaks = worked_out(lab, PEAKS_JOB, (run.id,), as_judged("Showing the network the test pictures"),
                       lambda: _peaks_work(run, pictures))  # fmt: skip
    if peaks is None:
        return
    with st.container(horizontal=True):
        stage = choice("Stage", "top_stage", options=tuple(peaks), default="layer4")
        n = peaks[stage].shape[1]
        channel = index_field(f"Channel, of {n}", "top_channel", n=n)
    answers = peaks[stage][:, channel]
    best = np.argsort(-answers, kind="stable")[:N_TOP]
    captions = [f"{images.class_names[images.test_labels[i]]}\n{answers[i]:.2f}" for i in best]
    picture_strip(pictures[best], captions)
    of = f"{len(pictures):,} {as_judged('test pictures')}"
    st.caption(f"Of {of} those to which channel {channel + 1} of {stage} answers most.")


def _peaks_work(run: Run, pictures: np.ndarray) -> Callable[[Job], object]:
    model, side = network(run.id), spec_of(run).side

    def work(job: Job) -> Any:
        from core.transfer.inside import stage_peaks

        peaks = stage_peaks(model, pictures, side, on_progress=job.progress, should_stop=job.should_stop)
        if job.should_stop():
            raise ChalknetError("Stopped.")
        return peaks

    return work
