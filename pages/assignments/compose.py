"""Setting work: what it is about, which settings are fixed, the tasks, and the code, link and file in the end."""

import datetime

import streamlit as st

from core.assignments import desk
from core.assignments.assignment import OWN_SEED, Assignment, AssignmentError, from_json, to_json, to_link
from core.assignments.tasks import KINDS
from pages.assignments.compose_task import task_fields
from pages.assignments.draft import LABELS, Draft, begin_with, draft, take_settings
from pages.assignments.my_work import CODE, WHOLE
from pages.shared.frame.address import link_to
from pages.shared.frame.frame import Lab
from pages.shared.lessons import CARDS, lesson
from pages.shared.panels.teacher_key import key_form
from pages.shared.words.markdown import plain, sentence_of

_STATES = ("free", "locked", "hidden")
_LONGEST_LINK = 2_000  # letters; some mail programs and course pages cut longer ones


def compose_view(lab: Lab) -> None:
    """The tab."""
    now = draft()
    is_teacher = lab.engine.teacher.is_teacher(lab.person)
    _open_another(is_teacher)
    _about(now)
    _settings(now)
    st.subheader("Tasks", anchor=False)
    for place, task in enumerate(now.tasks, 1):
        with st.container(border=True):
            task_fields(now, place, task)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Kind of task", list(KINDS), format_func=lambda kind: KINDS[kind].title, key="draft_kind",
                            width=320)  # fmt: skip
        st.button("Add a task", icon=":material/add:", key="draft_add", on_click=now.add, args=(kind,))
    _result(lab, now, is_teacher)


def _open_another(is_teacher: bool) -> None:
    """Assignments that there are, to write on at or to pass on."""
    with st.expander("Open another assignment", icon=":material/folder_open:"):
        st.button("A new one", icon=":material/note_add:", key="draft_new", on_click=begin_with, args=(None,))
        file = st.file_uploader("From its file", type="json", key="draft_file", max_upload_size=1)
        if file is not None:
            try:
                found = from_json(file.getvalue())
                st.button(f"Open “{plain(found.title)}”", key="draft_open_file", on_click=begin_with, args=(found,))
            except AssignmentError as error:
                st.error(sentence_of(error))
        if not is_teacher:
            return
        for one in desk.published():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(one.title)}** `{one.code}`, {len(desk.handed_in(one.code))} handed in here")
                st.button("Open", key=f"draft_open_{one.code}", on_click=begin_with, args=(one,))
                st.button("Withdraw", key=f"draft_withdraw_{one.code}", on_click=desk.withdraw, args=(one.code,),
                          help="Its code finds nothing any more; who works on it goes on.")  # fmt: skip


def _about(now: Draft) -> None:
    now.title = st.text_input("Title", now.title, key=f"draft_title_{now.number}", max_chars=120)
    now.text = st.text_area("What it is about", now.text, key=f"draft_text_{now.number}", max_chars=4_000, height=100)
    has_end = st.toggle("Has an end", now.until is not None, key=f"draft_ends_{now.number}")
    if not has_end:
        now.until = None
        return
    end = now.until or datetime.datetime.combine(datetime.date.today() + datetime.timedelta(7), datetime.time(18))
    with st.container(horizontal=True):
        day = st.date_input("Until", end.date(), key=f"draft_day_{now.number}", width=180)
        hour = st.time_input("At", end.time(), key=f"draft_hour_{now.number}", width=140)
    if isinstance(day, datetime.date) and hour is not None:
        now.until = datetime.datetime.combine(day, hour)


def _settings(now: Draft) -> None:
    """The page, and what of it students may change."""
    st.subheader("Settings", anchor=False)
    keys = [one.key for one in CARDS]
    page = st.selectbox(
        "Page of the lab", keys, keys.index(now.page) if now.page in keys else 0, key=f"draft_page_{now.number}",
        format_func=lambda key: lesson(key).name, width=320,
    )  # fmt: skip
    if page != now.page:
        now.page, now.states = page, {}
        take_settings(now)
    st.markdown(
        "Set the page as students shall find it, come back and press **Take its settings**. A locked setting stands "
        "there and can't be changed; a hidden one is fixed too, without its field."
    )
    with st.container(horizontal=True):
        st.page_link(lesson(page).file, label=f"Go to {lesson(page).name}", icon=lesson(page).icon)
        st.button("Take its settings", icon=":material/input:", key="draft_take", on_click=take_settings, args=(now,))
    now.own_seed = st.toggle(
        "Each student has a seed of their own", now.own_seed, key=f"draft_own_seed_{now.number}",
        help="Their runs have to be trained with it: nobody can hand in another's run.",
    )  # fmt: skip
    with st.container(horizontal=True):
        for name, text in now.texts.items():
            if name == OWN_SEED and now.own_seed:
                continue
            state = st.segmented_control(
                f"{LABELS.get(name, name)}: **{plain(text)}**", _STATES, default=now.states.get(name, "free"),
                required=True, key=f"draft_state_{now.number}_{now.page}_{name}", width=260,
            )  # fmt: skip
            if state in (None, "free"):
                now.states.pop(name, None)
            else:
                now.states[name] = str(state)
    if not now.texts:
        st.caption("This page stands at its defaults, and none of its settings is fixed.")


def _result(lab: Lab, now: Draft, is_teacher: bool) -> None:
    st.subheader("For the students", anchor=False)
    try:
        made = now.made()
    except AssignmentError as error:
        st.info(f"Not an assignment yet. {sentence_of(error)}")
        return
    st.markdown(f"**{plain(made.title)}**, {len(made.tasks)} tasks, {made.points:g} points.")
    st.download_button(
        "Download its file", to_json(made), f"{made.code}.json", "application/json", icon=":material/download:",
        on_click="ignore", key="draft_download",
        help="Opened in any lab of this version, also at home. The rubric stands in it.",
    )  # fmt: skip
    _passing_on(lab, made, is_teacher)


def _passing_on(lab: Lab, made: Assignment, is_teacher: bool) -> None:
    """Its link and its code."""
    whole = link_to("Assignments", {WHOLE: to_link(made)})
    if len(whole) <= _LONGEST_LINK:
        st.markdown("A link that has all of it:")
        st.code(whole, language=None, wrap_lines=True)
    if not is_teacher:
        with st.expander("A short code, for the teacher of this lab", icon=":material/key:"):
            key_form(lab, "assignment")
        return
    if made.code in {one.code for one in desk.published()}:
        st.markdown(f"It is set in this lab. Code **{made.code}**, and its link, which a room can be sent to:")
        st.code(link_to("Assignments", {CODE: made.code}), language=None, wrap_lines=True)
        return
    st.button("Set it in this lab", type="primary", icon=":material/publish:", key="draft_publish",
              on_click=_publish, args=(made,), help="Gives it a short code that students type here.")  # fmt: skip


def _publish(made: Assignment) -> None:
    try:
        desk.publish(made)
    except AssignmentError as error:
        st.error(sentence_of(error))
