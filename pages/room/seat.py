"""A student's seat: the code, then one task a screen."""

import streamlit as st

from core.rooms import attendance, seat
from core.rooms.ballot import ROUNDS, SECOND, SHOWN, TALK
from core.rooms.codes import RoomError, read_code
from core.rooms.database import KEPT_DAYS
from core.rooms.work import BET
from pages.room.bars import LETTERS, vote_bars
from pages.room.bet_seat import bet_view
from pages.room.deal_seat import hand_view
from pages.room.thumbs import FOR_THUMBS
from pages.shared.controls.attempt import attempt
from pages.shared.controls.settings import tell, told
from pages.shared.frame.engine import engine
from pages.shared.frame.frame import Lab
from pages.shared.frame.room_bar import ROOM, go_along
from pages.shared.panels.teacher_key import key_form
from pages.shared.words.markdown import plain, sentence_of

_POLL_SECONDS = 3.0  # forty phones that ask every second take all of the one process


def seat_view(lab: Lab) -> None:
    """The page of everybody who is not the teacher."""
    st.html(FOR_THUMBS + _STYLE)
    code = _code_of_the_link()
    if code is None or not _is_in(code, lab.person):
        _join_form(lab, code)
        with st.expander("For the teacher", icon=":material/key:"):
            key_form(lab, "room")
        return
    _task(code, lab.person)
    st.button("Leave the room", icon=":material/logout:", key="room_leave", type="tertiary",
              on_click=_leave, args=(code, lab.person))  # fmt: skip
    _privacy()


def _code_of_the_link() -> str | None:
    text = told(ROOM)
    if text is None:
        return None
    try:
        return read_code(text)
    except RoomError as error:
        st.warning(sentence_of(error))
        return None


def _is_in(code: str, person: str) -> bool:
    try:
        return seat.is_in(code, person)
    except RoomError as error:
        st.error(sentence_of(error))
        return False


def _join_form(lab: Lab, code: str | None) -> None:
    with st.form("room_join", border=False, width=420):
        typed = st.text_input("Code of the room", code or "", key=f"room_code_{code}", max_chars=20, autocomplete="off")
        nickname = st.text_input(
            "Nickname (optional)", key="room_nickname", max_chars=seat.MOST_NICKNAME, autocomplete="off"
        )
        pressed = st.form_submit_button("Take a seat", type="primary", icon=":material/login:")
    if pressed:
        try:
            code = read_code(typed)
            seat.join(code, lab.person, nickname)
        except RoomError as error:
            st.error(sentence_of(error))
        else:
            tell({ROOM: code})
            st.rerun()
    _privacy()


def _privacy() -> None:
    st.caption(
        "What the room keeps: your nickname if you gave one, which option you chose in each round, which run you "
        "held and what you bet, under a mark that only this room has. The teacher sees sums, and bets without names. "
        "A result of your own lab stays with its run, under no mark. "
        "It lies in the lab's folder on the machine that runs the lab and is sent nowhere. It is deleted when you "
        "leave, when the teacher deletes the room, or with the first room "
        f"that is opened {KEPT_DAYS} days after the teacher last used this one."
    )


def _leave(code: str, person: str) -> None:
    attempt(seat.leave, code, person)
    tell({ROOM: None})


@st.fragment(run_every=_POLL_SECONDS)
def _task(code: str, person: str) -> None:
    """What there is to do now, drawn anew every few seconds."""
    try:
        seen = seat.view(code, person)
    except RoomError as error:
        st.error(sentence_of(error))
        return
    _follow(seen, person)
    st.markdown(f"Room **{code}**" + (f" · {plain(seen.nickname)}" if seen.nickname else ""))
    if seen.is_closed:
        st.info("The teacher has closed the room.")
    if seen.work is not None:
        if seen.work.kind == BET:
            bet_view(seen, seen.work, person)
        else:
            hand_view(engine(), seen, person)
        return
    if seen.ballot is None:
        st.subheader("Nothing is asked yet.", anchor=False)
        if not seen.is_closed:
            _ready(seen, person)
        return
    st.subheader(plain(seen.ballot.question), anchor=False)
    if seen.phase == SHOWN:
        vote_bars(seen.ballot, seen.first, seen.second)
        _what_i_said(seen)
        if seen.ballot.why:
            st.markdown(plain(seen.ballot.why))
    elif seen.phase == TALK:
        st.info("Discuss it with your neighbours, then vote again." + _mine_is(seen, 0), icon=":material/forum:")
    else:
        _options(seen, person)


def _options(seen: seat.View, person: str) -> None:
    assert seen.ballot is not None
    chosen = seen.mine[ROUNDS[seen.phase] - 1]
    if seen.phase == SECOND:
        st.markdown("The second vote." + _mine_is(seen, 0))
    if seen.is_paused:
        st.info("The teacher has paused the vote.", icon=":material/pause:")
    with st.container(key="room_options"):
        for i, option in enumerate(seen.ballot.options):
            st.button(
                f"**{LETTERS[i]}** {plain(option)}", key=f"room_option_{seen.number}_{seen.phase}_{i}", width="stretch",
                type="primary" if i == chosen else "secondary", disabled=not seen.takes_answers,
                on_click=_answer, args=(seen.code, person, seen.number, i),
            )  # fmt: skip
    if chosen is not None:
        st.markdown(f"Your answer is **{LETTERS[chosen]}**. You can change it until the round ends.")


_STYLE = """<style>
.st-key-room_options button { min-height: 3rem; justify-content: flex-start; text-align: left; }
</style>"""


def _answer(code: str, person: str, number: int, option: int) -> None:
    try:
        seat.answer(code, person, number, option)
    except RoomError as error:
        st.toast(sentence_of(error), icon=":material/error:")


def _mine_is(seen: seat.View, which: int) -> str:
    mine = seen.mine[which]
    return "" if mine is None else f" Your first answer was **{LETTERS[mine]}**."


def _what_i_said(seen: seat.View) -> None:
    given = [LETTERS[mine] for mine in seen.mine if mine is not None]
    if given:
        st.markdown("You answered " + ", then ".join(f"**{letter}**" for letter in given) + ".")


def _ready(seen: seat.View, person: str) -> None:
    st.button(
        "Ready" if not seen.is_ready else "Ready: the teacher knows",
        icon=":material/check:" if seen.is_ready else ":material/front_hand:", key="room_ready",
        on_click=_be_ready, args=(seen.code, person, not seen.is_ready),
    )  # fmt: skip


def _be_ready(code: str, person: str, is_ready: bool) -> None:
    try:
        seat.be_ready(code, person, is_ready)
    except RoomError as error:
        st.toast(sentence_of(error), icon=":material/error:")


def _follow(seen: seat.View, person: str) -> None:
    """Go where the teacher has sent everybody, once for each time."""
    place = attendance.place_of(person)
    if place is not None and place.code == seen.code and seen.address and seen.n_sent > place.n_sent:
        go_along(seen.code, person, seen.n_sent, seen.address)
