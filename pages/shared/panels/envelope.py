"""The envelope of a run whose test set is sealed: closed until somebody opens it, and each opening is counted."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.runs import Run, envelope
from core.runs.envelope import Envelope
from pages.shared.controls.attempt import attempt
from pages.shared.frame.person import person
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.words.language import say, say_count
from pages.shared.words.markdown import sentence_of


def envelope_view(run: Run) -> None:
    """What is in it, once it was opened; the press that opens it, for the owner of the run."""
    if not envelope.is_sealed(run.spec):
        return
    who, kind = person(), f"envelope_{run.id}"
    job = jobs().of(kind, who)
    if job is not None and job.state == "running":
        job_progress(job, who)
        return
    found = envelope.read(run)
    with st.container(border=True, key="envelope"):
        if found.rate is None:
            st.markdown(say(
                ":material/mail_lock: **Test set: sealed.** Nobody has looked at what this network does on it. Choose "
                "by validation, and open the envelope once, at the end."
            ))  # fmt: skip
        else:
            _opened(found)
        if job is not None and job.state != "done":
            st.error(sentence_of(ChalknetError(job.error)))
        if run.belongs_to(who):
            word = say("Open the envelope") if found.rate is None else say("Open it again")
            st.button(word, icon=":material/drafts:", key="open_envelope", on_click=_open, args=(run, kind, who))
        else:
            st.caption(say("Only the owner of the run can open it."))


def _opened(found: Envelope) -> None:
    assert found.rate is not None, "it was opened"
    right, n = found.rate.n_right, found.rate.n
    told = say("**{right:,} of {n:,}** of the test set classified correctly: **{share:.1%}**.",
               right=right, n=n, share=found.rate.share)  # fmt: skip
    often = say_count("Opened {n:,} time.", "Opened {n:,} times.", len(found.opened))
    st.markdown(f":material/drafts: {told} {often}")
    if len(found.opened) > 1:
        st.caption(say("A test set that is looked at more than once begins to guide choices: its figure flatters."))


def _open(run: Run, kind: str, who: str) -> None:
    """A callback: judge in the background."""

    def work(job: Job) -> Envelope:
        from core.inside.opening import open_envelope

        return open_envelope(run)

    known = jobs().of(kind, who)
    if known is not None and known.state == "running":
        return
    if known is not None:
        jobs().forget(known)
    attempt(lambda: jobs().start(kind, who, say("Opening the envelope"), work, unit="pictures"))
