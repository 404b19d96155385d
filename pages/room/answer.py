"""What is said once a vote of the lab is shown: what each wrong option shows, and the lab's own run of it."""

import streamlit as st

from core.lab.jobs import Job
from core.lab.remembered import Remembered
from core.rooms.ballot import Ballot
from core.votes import bank
from core.votes.vote import Ran, Vote, VoteError
from core.votes.watched import Watched, watching
from pages.room.bars import LETTERS
from pages.shared.controls.attempt import attempt
from pages.shared.panels.jobs import current, jobs
from pages.shared.pictures.experiment_curves import overlay_picture
from pages.shared.words.markdown import plain
from pages.shared.words.sealed import of_validation

_KIND = "vote"


@st.cache_resource(show_spinner=False)
def _watched() -> Remembered[str, tuple[str, Watched]]:
    """Of each teacher, also after F5: the code of the vote that was run last, and its curves."""
    return Remembered(20)


def run_view(ballot: Ballot, person: str) -> bool:
    """The lab's run of a vote, right below its question, and whether there is one; nothing before it was begun.

    Drawn within the fragment that polls. It stands above the bars, which the class has seen by then.
    """
    vote = _vote_of(ballot)
    job, (code, watched) = jobs().of(_KIND, person), _watched().get(person) or ("", Watched())
    if vote is None or job is None or code != vote.code:
        return False
    is_over = job.state != "running"
    if not is_over:
        st.markdown("The lab runs it ...")
    elif job.state == "failed":
        st.error(plain(job.error))
    elif job.state == "done":
        _ran(vote, job.result)
    _curves(vote, watched, is_over=is_over)
    return True


def answer_view(ballot: Ballot, person: str, *, has_run: bool) -> None:
    """Below the bars, on the teacher's screen: the press that runs it, and what each wrong option shows."""
    vote = _vote_of(ballot)
    if vote is None:
        return
    if not current(_KIND, person):
        st.button("Run it again" if has_run else "Let the lab run it", icon=":material/play_arrow:", key="room_run",
                  on_click=_run, args=(vote, person))  # fmt: skip
    with st.expander("What the other options show"):
        for letter, option in zip(LETTERS, vote.options, strict=False):
            if option.misconception:
                st.markdown(f"**{letter}** {plain(option.misconception)} ({plain(option.source)})")


def _vote_of(ballot: Ballot) -> Vote | None:
    """None of a teacher's own, or of one of another version of the lab."""
    try:
        return bank.vote(ballot.code)
    except VoteError:
        return None


def _run(vote: Vote, person: str) -> None:
    watched = Watched()

    def work(job: Job) -> Ran:
        from core.inside.attribution import one_thread

        with one_thread(), watching(watched):
            return vote.run()

    if attempt(jobs().start, _KIND, person, "The vote is run", work):
        _watched().put(person, (vote.code, watched))


def _curves(vote: Vote, watched: Watched, *, is_over: bool) -> None:
    """Its trainings, as they go and once they are over; nothing of a vote that trains nothing."""
    curves = watched.series()
    if not curves:
        return
    name, share = watched.now
    with of_validation():  # the pictures that votes are judged on are held out of the training pictures
        overlay_picture(
            curves, said="" if is_over else f"Trains now: {name}", share=1.0 if is_over else share,
            key=f"room_curves_{vote.code}", n_epochs=watched.n_epochs,
        )  # fmt: skip


def _ran(vote: Vote, ran: Ran) -> None:
    numbers = "; ".join(
        f"{plain(one.name)} **{one.told}** {plain(one.unit)}".rstrip() for one in ran.outcome.measured
    )
    st.markdown(f"The lab's own run gives **{LETTERS[ran.winner]}**, {plain(vote.options[ran.winner].text)}: {numbers}")
