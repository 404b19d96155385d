"""The lab's votes, and a teacher's own from a file: choose one and ask it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from core.rooms.ballot import Ballot
from core.votes import bank
from core.votes.own import SAYS_OPINION, SAYS_WHOSE, read_votes
from core.votes.vote import LESSONS, Vote, VoteError
from pages.room.bars import LETTERS
from pages.shared.controls.attempt import attempt
from pages.shared.controls.settings import tell, told
from pages.shared.frame.room_bar import VOTE
from pages.shared.lessons import lesson
from pages.shared.words.markdown import plain, sentence_of

T = TypeVar("T")

_OWN = "own"
_SHELF, _VOTE = "room_shelf", "room_vote_"  # keys of the two lists; the second one is each lesson's own


def bank_form(ask: Callable[[Ballot], None], *, is_open: bool) -> None:
    """A lesson, one of its votes, and the button; ``ask`` begins the vote."""
    wanted = _wanted()
    with st.expander(
        "Ask one of the lab's votes", icon=":material/how_to_vote:", expanded=is_open or wanted is not None
    ):
        body = st.container()
        own = _own_votes()
    with body:
        shelves = [*LESSONS, *([_OWN] if own else [])]
        shelf = _list("Lesson", _SHELF, shelves, lambda key: "Your file" if key == _OWN else lesson(key).heading)
        votes = own if shelf == _OWN else bank.votes_of(shelf)
        i = _list("Vote", f"{_VOTE}{shelf}", range(len(votes)), lambda i: votes[i].question)
        vote = votes[i]
        st.markdown(f"**{plain(vote.question)}**")  # whole: the list cuts a long one
        st.markdown("\n".join(f"{LETTERS[i]}. {plain(option.text)}  " for i, option in enumerate(vote.options)))
        if vote.seconds:
            st.caption(f"The lab's run took about {vote.seconds:g} s on two cores.")
        st.button("Ask this", type="primary", icon=":material/how_to_vote:", key="room_ask", on_click=_ask,
                  args=(ask, vote))  # fmt: skip


def _wanted() -> Vote | None:
    """The vote that a link asks for, until it is asked or another one is chosen; both lists then show it."""
    code = told(VOTE)
    if code is None:
        return None
    try:
        vote = bank.vote(code)
    except VoteError as error:
        st.warning(sentence_of(error))
        return None
    st.session_state[_SHELF] = vote.lesson
    st.session_state[f"{_VOTE}{vote.lesson}"] = bank.votes_of(vote.lesson).index(vote)
    return vote


def _list(label: str, key: str, options: Sequence[T], format_option: Callable[[T], str]) -> T:
    now = st.session_state.get(key)
    return st.selectbox(label, options, options.index(now) if now in options else 0, key=key,
                        format_func=format_option, on_change=tell, args=({VOTE: None},))  # fmt: skip


def _own_votes() -> tuple[Vote, ...]:
    file = st.file_uploader(
        "Votes of your own: a file (TOML or JSON)", type=["toml", "json"], key="room_file", max_upload_size=1,
        help='`[[vote]]`, then `lesson = "cnn"`, `question = "..."`, `options = ["...", "..."]`, and if one is right '
        "`key = 1`, counted from 1.",
    )  # fmt: skip
    if file is None:
        return ()
    try:
        return read_votes(file.getvalue())
    except VoteError as error:
        st.error(sentence_of(error))
        return ()


def ballot_of(vote: Vote) -> Ballot:
    """As a room asks it."""
    why = vote.why
    if vote.is_own:
        why = f"{why} {SAYS_OPINION if vote.is_opinion else SAYS_WHOSE}".strip()
    code = "" if vote.is_own else vote.code
    return Ballot(vote.question, tuple(option.text for option in vote.options), vote.key, why, code)


def _ask(ask: Callable[[Ballot], None], vote: Vote) -> None:
    attempt(lambda: ask(ballot_of(vote)))
