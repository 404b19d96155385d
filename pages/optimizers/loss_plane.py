"""Question 6's loss plane: the loss of the real network around the paths that the contestants took."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core import datasets
from core.charts.colours import series_colour
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.words import duration
from core.specs import RunSpec
from pages.optimizers.controls import RaceSettings
from pages.optimizers.landscape_picture import landscape_picture
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.pictures.small_table import small_table
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_settings

if TYPE_CHECKING:  # it imports torch
    from core.optimizers.loss_plane import LossPlane

KIND = "loss_plane"


def loss_plane_view(lab: Lab, settings: RaceSettings) -> None:
    """A button, a job in the background, and the picture that it leaves."""
    if settings.base.model.kind != "mlp":
        st.info("The loss plane is computed for the perceptron of Question 1. Choose it as the network.")
        return
    specs = {
        name: settings.base.model_copy(update={"optimizer": optimizer})
        for name, optimizer in settings.contestants.items()
    }
    job = jobs().of(KIND, lab.person)
    running = job is not None and job.state == "running"
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Draw the plane", type="primary", key="draw_plane", disabled=running)
        st.markdown(_expectation(lab, specs), width="content")
    if pressed and not running:
        try:
            job = jobs().start(KIND, lab.person, "The loss plane", lambda j: _compute(j, specs), unit="batches")
        except ChalknetError as error:
            st.warning(sentence_of(error))
            return
    if job is None:
        n_classes = len(datasets.info(settings.base.data.dataset).class_names)
        st.info(
            f"A network's weights are a point in {settings.base.model.n_parameters(n_classes):,} dimensions. Press "
            "**Draw the plane**: the two directions in which the contestants' paths spread most make a picture."
        )
    elif job.state == "running":
        job_progress(job, lab.person)
    elif job.state == "done":
        _picture(job, specs)
    else:
        (st.info if job.state == "stopped" else st.error)(plain(job.error))


def _expectation(lab: Lab, specs: dict[str, RunSpec]) -> str:
    """What it does, and how long the training takes: the points come on top."""
    seconds = lab.engine.seconds(specs.values(), n_at_once=1)
    trains = "trains each contestant once more"
    if seconds is not None:
        trains += f" (about **{duration(seconds)}**)"
    return f"{trains}, then computes the loss at 41 x 41 points"


def _compute(job: Job, specs: dict[str, RunSpec]) -> tuple[dict[str, RunSpec], "LossPlane"]:
    from core.optimizers import loss_plane  # torch: in the job's thread only

    first = next(iter(specs.values()))
    images = datasets.load_for(first.data)
    return specs, loss_plane.compute(specs, images, progress=job.progress, should_stop=job.should_stop)


def _picture(job: Job, now: dict[str, RunSpec]) -> None:
    specs, made = job.result
    if specs != now:
        st.caption("Of the settings when it was drawn. Press the button for the present ones.")
    share = sum(made.shares)
    colours = [series_colour(list(specs).index(name)) for name in made.names]
    st.markdown(
        f"**This plane holds {share:.1%} of the variance of the paths** "
        f"({made.shares[0]:.1%} across, {made.shares[1]:.1%} up); what lies outside of it is not seen here."
    )
    landscape_picture(
        made.losses,
        (made.x[0], made.x[-1]),
        (made.y[0], made.y[-1]),
        made.names,
        [(path, losses, False) for path, losses in zip(made.paths, made.path_losses, strict=True)],
        label=f"Loss on the plane of the paths of {', '.join(made.names)}",
        key="plane_picture",
        axes=("first principal component", "second principal component"),
        value="loss",
        tall=430,
        batches=max(made.path_steps, key=len),
        speeds=(2, 5, 15),
        colours=colours,
    )
    if made.left_out:
        st.warning(
            f"Left out: {plain(', '.join(made.left_out))}. The loss ended above where it began; such a path would be "
            "all that the plane shows."
        )
    small_table(
        pd.DataFrame(
            {
                "contestant": name,
                "loss at the start": losses[0],
                "loss at the end": losses[-1],
                "loss of the plane below the end": loss_below(made, path[-1]),
            }
            for name, path, losses in zip(made.names, made.paths, made.path_losses, strict=True)
        ).round(4),
        label="Loss of each contestant at the start and at the end",
    )
    settings = plain(run_settings(next(iter(specs.values()))))
    st.caption(
        f"Losses are of {made.n_pictures:,} training pictures. A path is the shadow of the real one: the network "
        f"itself has the loss in the legend, the ground below its shadow another. {settings}"
    )


def loss_below(made: "LossPlane", point: np.ndarray) -> float:
    """The plane's loss at the grid point nearest to a shadow."""
    column, row = (int(np.abs(line - at).argmin()) for line, at in zip((made.x, made.y), point, strict=True))
    return float(made.losses[row, column])
