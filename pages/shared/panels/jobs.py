"""Work in the background, as a page shows it: a bar that moves by itself, and a button that stops it."""

from collections.abc import Callable

import streamlit as st

from core.lab.jobs import Job, Jobs
from pages.shared.controls.attempt import press
from pages.shared.frame.collector import spare_the_collector
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

POLL_SECONDS = 0.5


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The app's jobs: they outlive pages and reloads."""
    return Jobs()


def current(kind: str, person: str) -> Job | None:
    """What of this kind runs for this person."""
    job = jobs().of(kind, person)
    return job if job is not None and job.state == "running" else None


def tell_failure(kind: str, person: str) -> None:
    """Why the last work of this kind came to nothing, once."""
    job = jobs().of(kind, person)
    if job is None or job.state == "running":
        return
    if job.error:
        (st.info if job.state == "stopped" else st.error)(plain(say_of_core(job.error)))
    jobs().forget(job)


def while_running(job: Job, draw: Callable[[], object], *, until: Callable[[], bool] = lambda: False) -> None:
    """Draw again and again while a job works, or until what the page waits for has come; then the page anew, once."""

    def poll() -> None:
        if job.state != "running" or until():
            st.rerun()
        spare_the_collector()  # torch may be loaded meanwhile: its half-loaded modules are no work for the collector
        draw()

    st.fragment(poll, run_every=POLL_SECONDS)()


def job_progress(job: Job, person: str) -> None:
    """The bar of a running job; when it is over, the page is drawn anew, once."""

    def draw() -> None:
        what = say("Stopping") if job.stop_requested else job.title
        st.progress(job.share, f"{plain(what)}: {amount(job)}")

    while_running(job, draw)
    if job.owner == person:
        st.button(say("Cancel"), icon=":material/stop:", key=f"cancel_{job.kind}", on_click=press,
                  args=(job.stop, person))  # fmt: skip


def over(job: Job | None, tell: Callable[[Job], object]) -> None:
    """What became of a job that is over; ``tell`` says what it has brought."""
    if job is None or job.state == "running":
        return
    if job.state == "done":
        tell(job)
    elif job.state == "stopped":
        st.info(plain(say_of_core(job.error)))
    else:
        st.error(plain(say_of_core(job.error)))
    st.button(say("Close"), icon=":material/close:", key=f"close_{job.kind}", on_click=jobs().forget, args=(job,))


def amount(job: Job) -> str:
    """How much is done, of how much where that is known."""
    if not job.done and not job.total:
        return say("beginning")
    done, total, unit = job.done, job.total, job.unit
    if unit == "bytes":
        told = (f"{done / 1e6:,.1f}", f"{total / 1e6:,.1f}")
        unit = "MB"
    else:
        told = (f"{done:,}", f"{total:,}")
    if not total:
        return say("{done} {unit}", done=say_of_core(told[0]), unit=say(unit))
    return say("{done} of {total} {unit}", done=say_of_core(told[0]), total=say_of_core(told[1]), unit=say(unit))
