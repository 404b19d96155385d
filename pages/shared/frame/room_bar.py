"""What the room wants, for who sits in it and is elsewhere in the lab: a small bar at a fixed place of every page.

Who has no seat pays one look at the rooms' file, if there is one, and has no fragment. The page under the bar never
moves.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from core.rooms import attendance
from core.rooms.codes import RoomError
from core.rooms.news import has_seat, news
from pages.shared.controls.setting import LANG, PRESENT
from pages.shared.controls.settings import carried, go_by_link
from pages.shared.frame.tabs import TAB
from pages.shared.lessons import LESSONS, Lesson, lesson
from pages.shared.words.language import say
from pages.shared.words.markdown import plain, sentence_of

ROOM = "room"  # the address's name for a room's code, on the page Room
VOTE = "vote"  # there, for the code of the lab's vote that a link asks for
_POLL_SECONDS = 3.0
_PUT_OFF = "room_put_off"  # of the session: what was asked and is not to be shown any more


def room_bar(person: str) -> None:
    """Draw it, for who has a seat; the page Room itself has none."""
    if not has_seat(person):
        return
    with st.container(key="room_bar"):
        st.fragment(_bar, run_every=_POLL_SECONDS)(person)


def page_of(address: str) -> Lesson | None:
    """The lab's page of an address such as ``/CNN?n_epochs=2``; None where it is none."""
    try:
        path = urlsplit(address).path.strip("/")
    except ValueError:  # such as http://[
        return None
    return next((page for page in LESSONS if page.address == path), None)


def go_along(code: str, person: str, n_sent: int, address: str) -> None:
    """Go where the teacher has sent everybody; each time counts once. Lecture mode and the language stay one's own."""
    attendance.sits(code, person, n_sent)
    page = page_of(address)
    if page is not None:
        settings = {name: text for name, text in parse_qsl(urlsplit(address).query) if name not in (PRESENT, LANG)}
        go_by_link()
        st.switch_page(page.file, query_params=settings | carried())


def _bar(person: str) -> None:
    try:
        now = news(person)
    except RoomError as error:
        with st.container(key="room_bar_now"):
            st.markdown(sentence_of(error))
        return
    if now is None:
        return
    page = page_of(now.address) if now.address else None
    if page is not None:
        told = say("The teacher sends everybody here: **{page}**", page=plain(_place(page, now.address)))
        if _offer(told, say("Go there"), lambda: attendance.sits(now.code, person, now.n_sent)):
            go_along(now.code, person, now.n_sent, now.address)
    elif now.asks and st.session_state.get(_PUT_OFF) != (asked := f"{now.code} {now.asks}"):
        told = say("The room asks something.")
        if _offer(told, say("To the room"), lambda: st.session_state.update({_PUT_OFF: asked})):
            st.switch_page(lesson("room").file, query_params={ROOM: now.code} | carried())


def _place(page: Lesson, address: str) -> str:
    """With the tab, as who is asked may look at another one of this page already."""
    tab = dict(parse_qsl(urlsplit(address).query)).get(TAB, "")
    return f"{page.heading}, {say(tab)}" if tab else page.heading


def _offer(told: str, word: str, put_off: Callable[[], None]) -> bool:
    """Draw it; whether the button was pressed. The other one takes the bar away."""
    st.html(_STYLE)
    with st.container(key="room_bar_now"):
        st.markdown(told)
        with st.container(horizontal=True, key="room_bar_buttons"):
            pressed = st.button(word, type="primary", icon=":material/arrow_forward:", key="room_bar_go")
            st.button(say("Not now"), type="tertiary", key="room_bar_not", on_click=put_off)
    return pressed


# Below, where nothing is read first, in one place however far the page is scrolled
_STYLE = """<style>
.st-key-room_bar_now {
  position: fixed; z-index: 95; bottom: 0.75rem; left: 50%; transform: translateX(-50%); width: max-content;
  max-width: calc((100vw - 1.5rem) / var(--zoom, 1)); padding: 0.5rem 0.9rem; border-radius: 0.6rem;
  display: flex; flex-flow: row wrap; align-items: center; justify-content: center; gap: 0.3rem 1rem;
  background: light-dark(#ffffff, #1b2a25); border: 2px solid light-dark(#0d8266, #7fdcbb);
  box-shadow: 0 0.3rem 1.2rem rgb(0 0 0 / 25%);
}
.st-key-room_bar_now > * { width: auto !important; }
.st-key-room_bar_now button { min-height: 2.75rem; }
[data-testid="stMainBlockContainer"]:has(.st-key-room_bar_now) { padding-bottom: 7rem; }
</style>"""
