"""Question 5, where the weights come from: pretrained here, ImageNet's, or a file."""

import datetime

import pandas as pd
import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.rates import known_rate
from core.lab.words import count, percent, shape
from core.runs import Run
from core.specs.transfer import TransferSpec
from core.transfer import pretrained
from core.transfer.pretrained import Stored
from pages.shared.controls.attempt import attempt
from pages.shared.controls.places import settings_and_lesson
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of
from pages.shared.panels.jobs import job_progress, jobs, over
from pages.shared.panels.train_panel import run_panel
from pages.shared.panels.weights_file import weights_file
from pages.shared.pictures.small_table import small_table
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged
from pages.shared.words.settings import dataset_title
from pages.transfer.controls import pretraining_controls
from pages.transfer.known import known_weights
from pages.transfer.path import STRATEGIES, step

PAGE = "transfer"
HERE, IMAGENET, FILE = "Pretrained here", "ImageNet", "A file"
_DOWNLOAD = "imagenet"  # the job


def weights_view(lab: Lab) -> None:
    """The three sources, and what has been taken in so far."""
    source = choice("Weights from", "source", options=(HERE, IMAGENET, FILE), default=HERE, hide_label=True)
    if source == HERE:
        places = settings_and_lesson()
        spec = pretraining_controls(lab, places)
        with places.lesson:
            _pretrain(lab, spec)
    elif source == IMAGENET:
        _imagenet(lab)
    else:
        _file(lab)
    _known(lab)


def _pretrain(lab: Lab, spec: TransferSpec) -> None:
    """Train on the source classes; what comes out is taken in by itself."""
    run = run_of(PAGE).shown()
    told = None if run is None else _take_in(run, lab.person)
    if told is not None:
        st.success(f"**{plain(told.title)}** can be transferred now.", icon=":material/check:")
        step("Compare strategies", STRATEGIES, "to_compare")
    run_panel(lab, spec, page=PAGE)


def _take_in(run: Run, person: str) -> Stored | None:
    """The weights of a pretraining that is over; None while there are none."""
    try:
        spec = run.spec
        if not run.status.is_finished or run.result is None or not isinstance(spec, TransferSpec):
            return None
        if spec.weights.source != "random" or spec.frozen_stages or "experiment" in run.meta:
            return None  # a strategy's run, by its link
        return _taken(run.id, person, run)
    except (ChalknetError, OSError) as error:
        st.warning(sentence_of(error))
        return None


# By run: what a finished run has left does not change
@st.cache_resource(max_entries=32, show_spinner="Taking the weights in.")
def _taken(run_id: str, person: str, _run: Run) -> Stored:
    data, result = _run.spec.data, _run.result or {}
    rate = known_rate(result.get("test_accuracy"), result.get("n_judged"))
    told = percent(result.get("test_accuracy"), 0) if rate is None else rate.told(0)
    classes, n_epochs = getattr(data, "classes", ()), result.get("epoch", 0)
    title = (
        f"{len(classes)} classes of {dataset_title(data.dataset)}, {count(n_epochs, 'epoch')} at "
        f"{getattr(_run.spec, 'side', 32)} pixels ({as_judged('test accuracy')} {told})"
    )
    return pretrained.of_run(_run, title, person)


def _imagenet(lab: Lab) -> None:
    st.markdown(
        "**`ResNet18_Weights.IMAGENET1K_V1`**: torchvision's weights, trained on 1.28 million photographs of 1,000 "
        "classes. They were trained at 224 pixels: the farther a picture's side is from that, the less they fit."
    )
    job = jobs().of(_DOWNLOAD, lab.person)
    running = jobs().running(_DOWNLOAD)
    if running is not None:
        job_progress(running, lab.person)
        return
    over(job, lambda job: st.success("ImageNet's weights are here.", icon=":material/check:"))
    if pretrained.imagenet() is not None:
        st.markdown(":material/check_circle: They are on this machine.")
        step("Compare strategies", STRATEGIES, "to_compare")
        return
    there = pretrained.imagenet_file_is_there()
    if st.button("Take the file in" if there else "Download (47 MB)", type="primary", icon=":material/download:",
                 key="download_imagenet"):  # fmt: skip

        def work(job: Job) -> Stored:
            return pretrained.take_imagenet(job.progress, job.should_stop)

        if attempt(
            lambda: jobs().start(_DOWNLOAD, lab.person, "Fetching ImageNet's weights", work, unit="bytes", alone=True)
        ):
            st.rerun()
    st.caption(f"Without a network: {plain(pretrained.imagenet_by_hand())}")


def _file(lab: Lab) -> None:
    brought = weights_file("backbone_file")
    if brought is None:
        st.caption(
            "Weights of torchvision's `resnet18`, with any last layer, of any PyTorch script. They are read with "
            "`weights_only=True`: nothing in the file is run. Prefixes such as `module.` come off."
        )
        return
    wrong = pretrained.differences(brought.file.weights)
    if wrong:
        st.error(f"{len(wrong)} keys do not fit torchvision's resnet18; nothing was taken in.")
        told = (["–" if size is None else shape(*size) for size in (d.in_network, d.in_file)] for d in wrong)
        rows = [(d.key, d.problem, *sizes) for d, sizes in zip(wrong, told, strict=True)]
        table = pd.DataFrame(rows, columns=["key", "problem", "in resnet18", "in the file"])
        small_table(table, label="Keys that do not fit")
        return
    st.markdown(":material/check_circle: All keys fit; the file's last layer is not used, the new head replaces it.")
    if st.button("Take it in", type="primary", icon=":material/add:", key="take_file"):
        try:
            pretrained.keep(brought.file.weights, source="file", title=brought.name, owner=lab.person)
        except ChalknetError as error:
            st.error(sentence_of(error))
            return
        st.success("These weights can be transferred now.", icon=":material/check:")
        step("Compare strategies", STRATEGIES, "to_compare")


def _known(lab: Lab) -> None:
    """What this person can begin with."""
    found = known_weights(lab)
    if not found:
        return
    st.header("Pretrained weights", anchor=False)
    _date = datetime.datetime.fromtimestamp
    where = {"here": "pretrained here", "imagenet": "ImageNet", "file": "a file"}
    rows = [
        (w.title, where[w.source], ", ".join(w.classes) or "–", w.sha256[:8], f"{_date(w.created):%d %b %Y, %H:%M}")
        for w in found
    ]
    table = pd.DataFrame(rows, columns=["weights", "from", "trained on", "hash", "since"])
    small_table(table, label="Pretrained weights")
