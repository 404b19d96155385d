"""Everybody here: the teacher's press on any page, which brings an open room to it with its settings."""

from urllib.parse import urlencode

import streamlit as st

from core.engine import Engine
from core.rooms import database, room
from core.rooms.codes import RoomError
from pages.shared.controls import lecture
from pages.shared.controls.setting import LANG, PRESENT
from pages.shared.controls.settings import for_others
from pages.shared.lessons import Lesson
from pages.shared.words.language import say
from pages.shared.words.markdown import sentence_of


def everybody_button(engine: Engine, person: str, page: Lesson) -> None:
    """Draw it for a teacher who has an open room; who is none costs no look at the disk."""
    if page.key == "room" or not engine.teacher.is_teacher(person) or not database.path().exists():
        return
    try:
        mine = room.rooms_of(person)
    except RoomError:
        return  # the page Room says why
    if not mine:
        return
    st.button(
        say("Everybody here"), icon=":material/groups:", key="everybody_here", on_click=_send,
        args=(mine[0], person, page), type="tertiary" if lecture.is_on() else "secondary",
        help=say("Brings everybody in room {code} to this page with its settings.", code=mine[0]),
    )  # fmt: skip


def _send(code: str, person: str, page: Lesson) -> None:
    shown = {name: text for name, text in for_others().items() if name not in (PRESENT, LANG)}
    try:
        room.send_to(code, person, f"/{page.address}?{urlencode(shown)}")
    except RoomError as error:
        st.toast(sentence_of(error), icon=":material/error:")
    else:
        st.toast(say("Room {code} is sent here.", code=code), icon=":material/groups:")
