"""What takes long and is worked out by a job: the plane of the features, the peaks of the channels."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.lab.jobs import Job
from core.lab.remembered import Remembered
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.words.markdown import plain

PLANE_JOB, PEAKS_JOB = "embedding", "peaks"
_MOST_FOUND = {PLANE_JOB: 100, PEAKS_JOB: 8}  # results that stay: 60 kB each of the plane, up to 8 MB of the peaks


def worked_out(
    lab: Lab, kind: str, key: tuple[str, ...], title: str, make_work: Callable[[], Callable[[Job], object]]
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
def _found(kind: str) -> Remembered[tuple[str, ...], object]:
    """What jobs have found in runs that somebody has looked at; what a finished run has learnt does not change."""
    return Remembered(_MOST_FOUND[kind])
