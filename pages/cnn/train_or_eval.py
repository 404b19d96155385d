"""One network judged in eval() and in train() mode: the reason for the handout's ``model.eval()``."""

from __future__ import annotations  # so that what needs torch is named for the type checker alone

from typing import TYPE_CHECKING

import streamlit as st

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.words import count
from core.runs import Run
from core.specs import CNNSpec
from pages.cnn.networks import Opened, opened_with_pictures
from pages.shared.frame.person import person
from pages.shared.panels.gone import NEEDS_PICTURES
from pages.shared.panels.headline import headline
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged

if TYPE_CHECKING:
    from core.inside.both_modes import BothModes


def train_or_eval_view(run: Run | None) -> None:
    """Accuracy against batch size in both modes, and what differs; judged in the background, once a network."""
    found = opened_with_pictures(run, "judge")
    if run is None or found is None:
        return
    network, images = found
    if not images.has_pictures:
        st.info(NEEDS_PICTURES)
        return
    assert isinstance(run.spec.model, CNNSpec), "only such a network was opened"
    again = st.session_state.setdefault("modes_again", 0)
    job = _job(run, network, images, again)
    if job is None:
        return
    if job.state == "running":
        job_progress(job, person())
    elif job.state == "done":
        _judged(job.result, run.spec.model)
    else:
        st.info(plain(job.error))
    if job.state != "running":
        st.button("Judge again", icon=":material/casino:", key="judge_again", on_click=_again,
                  help="In train() mode dropout draws anew each time.")  # fmt: skip


def _job(run: Run, network: Opened, images: ImageSet, again: int) -> Job | None:
    """The work on this network: that which is there, or else a new one."""
    kind, who = f"modes_{run.id}_{network.epoch}_{again}", person()
    job = jobs().of(kind, who)
    if job is not None:
        return job

    def work(job: Job) -> BothModes:
        from core.inside.both_modes import both_modes

        return both_modes(
            network.model, images.test_images, images.test_labels, random_state=again, on_progress=job.progress,
            should_stop=job.should_stop,
        )  # fmt: skip

    try:
        return jobs().start(kind, who, "Judging in both modes", work, unit="pictures")
    except ChalknetError as error:
        st.error(sentence_of(error))
        return None


def _judged(judged: BothModes, model: CNNSpec) -> None:
    from core.inside.both_modes import said_of_modes
    from core.inside.modes_chart import modes_chart

    headline(said_of_modes(judged))
    alt = as_judged("Test accuracy in train() mode against batch size, and in eval() mode")
    st.altair_chart(chart_in_words(modes_chart(judged)), alt=alt)
    by_size = ", ".join(f"{point.rate.n:,} with batches of {point.batch_size:,}" for point in judged.in_train)
    st.caption(
        f"In eval() mode {count(judged.in_eval.n, as_judged('test picture'))} judged. Small batches take long per "
        f"picture, so in train() mode: {by_size}, the first of the same pictures. Bars: 95 % intervals (Wilson)."
    )
    last = judged.in_train[-1]
    norm = (
        "- **BatchNorm2d** in `train()` mode uses the mean and standard deviation of the test batch itself: a "
        "picture's answer depends on its neighbours, and alone it has none. It also **learns** from the "
        f"{as_judged('test pictures')}: "
        f"the pass with batches of {last.batch_size:,} moved its running means by {last.moved:.1%}. (Copies were "
        "judged; the run's network is as it was.)"
        if model.batch_norm
        else "- This network has no batch norm."
    )
    drop = (
        f"- **Dropout** in `train()` mode silences {model.dropout:.0%} of its inputs at random: the same picture can "
        "get two predicted classes. In `eval()` mode it does nothing."
        if model.dropout
        else "- Dropout is 0 in this network: nothing is silenced."
    )
    changed = f"- With batches of {last.batch_size:,}, {last.n_changed:,} of {last.rate.n:,} pictures change class."
    no_grad = "`torch.no_grad()` changes no answer: it saves memory and time."
    st.markdown(f"{norm}\n{drop}\n{changed}\n- {in_eval(model)} {no_grad}")


def in_eval(model: CNNSpec) -> str:
    """What ``model.eval()`` does to this network, as Markdown."""
    parts = ["switches dropout off"] if model.dropout else []
    if model.batch_norm:
        parts.append("lets batch norm go by the running mean and variance that training has left")
    return f"`model.eval()` {' and '.join(parts)}." if parts else "`model.eval()` changes nothing in this network."


def _again() -> None:
    st.session_state["modes_again"] += 1
