"""The teacher's desk: a room with its code, the wall, and what comes next."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from core.rooms import room
from core.rooms.ballot import FIRST, NEXT_PHASES, SECOND, SHOWN, TALK, Ballot
from core.rooms.codes import RoomError
from core.rooms.work import BET, work_of
from core.together.ending import put_away
from pages.room.answer import answer_view, run_view
from pages.room.ask import ask_form
from pages.room.bank import bank_form
from pages.room.bars import LETTERS, vote_bars
from pages.room.begun import begun
from pages.room.bet_desk import bet_form, bet_wall
from pages.room.code_card import code_card
from pages.room.deal_desk import deal_form, deal_wall
from pages.shared.controls.attempt import attempt, press
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.frame.room_bar import ROOM, page_of
from pages.shared.lessons import LESSONS
from pages.shared.words.markdown import plain, sentence_of

_POLL_SECONDS = 0.7
_STEPS = {TALK: ("Discuss", "forum"), SECOND: ("Vote again", "how_to_vote"), SHOWN: ("Show the answer", "visibility")}
_NOW = {FIRST: "First vote", TALK: "Discussion", SECOND: "Second vote", SHOWN: "Shown"}


def desk(lab: Lab) -> None:
    """The page of the teacher."""
    try:
        mine = room.rooms_of(lab.person)
    except RoomError as error:
        st.error(sentence_of(error))
        return
    code = told(ROOM)
    if code not in mine:
        code = mine[0] if mine else None
    if code is None:
        st.markdown("A room is a class that votes: students join by its code, from any browser in this network.")
        st.button("Open a room", type="primary", icon=":material/meeting_room:", key="room_open", on_click=_open,
                  args=(lab.person,))  # fmt: skip
        return
    tell({ROOM: code})
    left, right = st.columns([2, 1])
    with right:
        code_card(code)
    with left:
        _wall(lab, code)
        has_asked = _has_asked(code, lab.person)
        # Folded while a vote is on the wall, so that the class does not read the next one
        bank_form(lambda ballot: _ask(code, lab.person, ballot), is_open=not has_asked)
        ask_form(lambda ballot: _ask(code, lab.person, ballot))
        deal_form(lab, code)
        bet_form(lab, code)
    _send_and_end(code, lab.person)


def _open(person: str) -> None:
    attempt(lambda: tell({ROOM: room.open_room(person)}))


@st.fragment(run_every=_POLL_SECONDS)
def _wall(lab: Lab, code: str) -> None:
    """Who is in and what has come, drawn anew all the time."""
    person = lab.person
    try:
        now, work = room.wall(code, person), work_of(code, person)
    except RoomError as error:
        st.error(sentence_of(error))
        return
    if work is None:
        st.markdown(_who(now))
    if now.names:
        st.markdown(", ".join(plain(name) for name in now.names))
    if work is not None:
        if work.kind == BET:
            bet_wall(lab, code, work, now.n_seats, press)
        else:
            deal_wall(lab, code, work, now.n_seats, press)
        return
    if now.ballot is None:
        return
    state = _NOW[now.phase] + (", paused" if now.is_paused else "")
    st.subheader(f"{now.number}. {plain(now.ballot.question)}", anchor=False)
    st.markdown(state)
    has_run = now.phase == SHOWN and run_view(now.ballot, person)
    bars = st.session_state.get("room_bars", False)
    if now.phase == SHOWN or bars:
        vote_bars(now.ballot if now.phase == SHOWN else replace(now.ballot, right=None), now.first, now.second)
    else:
        st.markdown("\n".join(f"{LETTERS[i]}. {plain(option)}  " for i, option in enumerate(now.ballot.options)))
    if now.phase == SHOWN:
        if now.ballot.why:
            st.markdown(plain(now.ballot.why))
        _shift(now, code, person)
        answer_view(now.ballot, person, has_run=has_run)
        return
    with st.container(horizontal=True):
        for phase in NEXT_PHASES[now.phase]:
            word, icon = _STEPS[phase]
            st.button(word, icon=f":material/{icon}:", key=f"room_{phase}", on_click=press,
                      args=(room.go_on, code, person, phase))  # fmt: skip
        word, icon = ("Take answers again", "play_arrow") if now.is_paused else ("Pause", "pause")
        st.button(word, icon=f":material/{icon}:", key="room_pause", on_click=press,
                  args=(room.pause, code, person, not now.is_paused))  # fmt: skip
        st.toggle("Bars while they vote", key="room_bars", help="Who sees where the others went follows them.")


def _has_asked(code: str, person: str) -> bool:
    try:
        return room.wall(code, person).ballot is not None or work_of(code, person) is not None
    except RoomError:
        return False  # the wall has said why


def _ask(code: str, person: str, ballot: Ballot) -> None:
    put_away(code, person)
    room.ask(code, person, ballot)
    begun()


def _who(now: room.Wall) -> str:
    told = [f"**{now.n_seats}** in the room"]
    if now.phase in (FIRST, SECOND):
        told.append(f"**{now.n_answers}** of {now.n_seats} have answered")
    else:
        told.append(f"**{now.n_ready}** ready")
    return " · ".join(told)


def _shift(now: room.Wall, code: str, person: str) -> None:
    """What the discussion has done, of those who answered both times."""
    moves = room.shift(code, person)
    right = now.ballot.right if now.ballot else None
    if not moves:
        return
    n, moved = sum(moves.values()), sum(k for (a, b), k in moves.items() if a != b)
    told = f"{moved} of {n} who answered twice changed their answer."
    if right is not None:
        to = sum(k for (a, b), k in moves.items() if a != right and b == right)
        away = sum(k for (a, b), k in moves.items() if a == right and b != right)
        told += f" {to} went from a wrong one to the right one, {away} the other way."
    st.markdown(told)


def _send_and_end(code: str, person: str) -> None:
    with st.expander("The room", icon=":material/settings:"):
        st.toggle(
            "Nicknames on the wall", key="room_names", help="Answers never stand beside them.",
            on_change=lambda: press(room.show_names, code, person, st.session_state["room_names"]),
        )  # fmt: skip
        address = st.text_input(
            "Everybody to this page", key="room_send", placeholder="/CNN?learning_rate=0.01",
            help="A page's address, as another window of yours has it: everybody sees the page with its settings.",
        )  # fmt: skip
        with st.container(horizontal=True):
            st.button("Send them", icon=":material/send:", key="room_send_go", disabled=not address, on_click=press,
                      args=(_send, code, person, address))  # fmt: skip
            st.button("Open another room", icon=":material/add:", key="room_open", on_click=_open, args=(person,))
            st.button("Close the room", icon=":material/door_front:", key="room_close", on_click=_end,
                      args=(room.close, code, person))  # fmt: skip
            sure = st.checkbox("Delete it with all answers", key=f"room_sure_{code}")
            st.button("Delete", type="primary", key="delete_room", disabled=not sure, on_click=_end,
                      args=(room.delete, code, person))  # fmt: skip


def _send(code: str, person: str, address: str) -> None:
    """Only to a page that there is: nobody would come along to another."""
    within = _within_the_lab(address.strip())
    if page_of(within) is None:
        known = ", ".join(f"/{page.address}" for page in LESSONS)
        raise RoomError(f"“{address.strip()}” is no page of this lab. Its pages are {known}.")
    room.send_to(code, person, within)


def _within_the_lab(address: str) -> str:
    """A whole address of this lab without the server's name; others stay as they are, and are refused."""
    try:
        own, given = urlsplit(st.context.url or ""), urlsplit(address)
    except ValueError:  # such as http://[
        return address
    is_own = given.netloc and (given.scheme, given.netloc) == (own.scheme, own.netloc)
    return urlunsplit(("", "", given.path or "/", given.query, "")) if is_own else address


def _end(act: Callable[[str, str], object], code: str, person: str) -> None:
    attempt(put_away, code, person)
    attempt(act, code, person)
    tell({ROOM: None})
