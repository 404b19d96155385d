"""What is said once a vote of the lab is shown: what each wrong option shows, and the lab's own run of it."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.rooms.ballot import Ballot
from core.votes import bank
from core.votes.vote import Ran, Vote, VoteError
from core.votes.watched import Watched, watching
from pages.room.bars import LETTERS
from pages.shared.panels.jobs import current, jobs
from pages.shared.pictures.experiment_curves import overlay_picture
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import of_validation

_KIND = "vote"
_WATCHED = "room_watched"  # of the session: the code of the vote that was run here last, and its curves


def answer_view(ballot: Ballot, person: str) -> None:
    """Below the bars, on the teacher's screen; draw it within the fragment that polls."""
    try:
        vote = bank.vote(ballot.code)
    except VoteError:  # a teacher's own, or of another version of the lab
        return
    job = jobs().of(_KIND, person)
    if current(_KIND, person):
        st.markdown("The lab runs it ...")
    else:
        st.button("Let the lab run it", icon=":material/play_arrow:", key="room_run", on_click=_run,
                  args=(vote, person))  # fmt: skip
    if job is not None and job.state == "failed":
        st.error(plain(job.error))
    elif job is not None and job.state == "done" and job.result[0] == vote.code:
        _ran(vote, job.result[1])
    _curves(vote, is_over=job is None or job.state != "running")
    with st.expander("What the other options show"):
        for letter, option in zip(LETTERS, vote.options, strict=False):
            if option.misconception:
                st.markdown(f"**{letter}** {plain(option.misconception)} ({plain(option.source)})")


def _run(vote: Vote, person: str) -> None:
    watched = Watched()

    def work(job: Job) -> tuple[str, Ran]:
        from core.inside.attribution import one_thread

        with one_thread(), watching(watched):
            return vote.code, vote.run()

    try:
        jobs().start(_KIND, person, "The vote is run", work)
        st.session_state[_WATCHED] = (vote.code, watched)
    except ChalknetError as error:
        st.error(sentence_of(error))


def _curves(vote: Vote, *, is_over: bool) -> None:
    """Its trainings, as they go and once they are over; nothing of a vote that trains nothing."""
    code, watched = st.session_state.get(_WATCHED, ("", None))
    if code != vote.code or not (curves := watched.series()):
        return
    name, share = watched.now
    with of_validation():  # the pictures that votes are judged on are held out of the training pictures
        overlay_picture(
            curves, said="" if is_over else name, share=1.0 if is_over else share, key=f"room_curves_{vote.code}"
        )


def _ran(vote: Vote, ran: Ran) -> None:
    numbers = "; ".join(
        f"{plain(one.name)} **{one.value:,.6g}** {plain(one.unit)}".rstrip() for one in ran.outcome.measured
    )
    st.markdown(f"The lab's own run gives **{LETTERS[ran.winner]}**, {plain(vote.options[ran.winner].text)}: {numbers}")
