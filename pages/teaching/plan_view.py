"""A plan on the screen: glanced at while standing."""

from urllib.parse import urlsplit

import streamlit as st

from core.plans import shelf
from core.plans.found import Store
from core.plans.plan import LENGTHS
from core.votes.vote import LESSONS
from pages.shared.controls.settings import carried
from pages.shared.controls.widgets import choice, choice_list
from pages.shared.frame.frame import Lab
from pages.shared.frame.room_bar import VOTE
from pages.shared.lessons import lesson
from pages.shared.words.markdown import plain
from pages.teaching.links import Link
from pages.teaching.printed import printed
from pages.teaching.rehearse import rehearsal_button, rehearsal_panel
from pages.teaching.sheet import Ballot, Part, sheet_of


def plan_view(lab: Lab) -> None:
    """Choose a plan, rehearse it, print it, follow it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        headings = {lesson(key).heading: key for key in LESSONS}
        heading = choice_list("Question", "plan", options=list(headings), default=next(iter(headings)), width=320)
        minutes = int(choice("Minutes", "minutes", options=tuple(map(str, LENGTHS)), default=str(LENGTHS[0])))
    plan = shelf.plan(headings[heading], minutes, lab.data, lab.person)
    sheet = sheet_of(plan, lab.data, Store(), lab.engine.seconds)
    st.markdown(f"**Aim.** {plain(sheet.aim)}")
    st.caption(f"{plain(sheet.pictures)} (the sidebar chooses). Votes are asked on **Room**.")
    address = _lab_address()  # now: a download is made in a thread that knows no browser
    with st.container(horizontal=True):
        rehearsal_button(lab, plan)
        st.download_button(
            "The plan on paper (HTML)", lambda: printed(sheet, address), f"plan-{plan.name}.html", "text/html",
            icon=":material/print:", on_click="ignore",
            help="One file that prints on A4, with all votes, answers and numbers.",
        )  # fmt: skip
    rehearsal_panel(lab, plan, sheet)
    for part in sheet.parts:
        _part(part)
    if sheet.ahead:
        st.header("If the class is ahead", anchor=False)
        for part in sheet.ahead:
            _part(part)
    st.header("If the network is down", anchor=False)
    st.markdown(plain(sheet.offline))
    st.html(_STYLE)


def _lab_address() -> str:
    """As this browser reaches it, without the page."""
    here = urlsplit(st.context.url or "http://localhost:8501")
    return f"{here.scheme}://{here.netloc}{here.path.removesuffix('/').removesuffix('/Teaching')}/"


def _part(part: Part) -> None:
    with st.container(border=True):
        when = f":gray-badge[{part.when}] " if part.when else ""
        st.markdown(f"#### {when}{plain(part.title)}")
        st.markdown(plain(part.do))
        if part.ask:
            st.markdown(f":material/chat_bubble: **{plain(part.ask)}**")
        for link in part.links:
            _link(link, link.told, ":material/arrow_forward:")
        for link in part.trained:
            _link(link, f"{link.told}: as trained before", ":material/inventory_2:")
        for ballot in part.ballots:
            _ballot(ballot)
        _numbers(part)
        if part.slow:
            st.markdown(f":material/hourglass_bottom: **If the machine is slow:** {plain(part.slow)}")


def _link(link: Link, title: str, icon: str) -> None:
    st.page_link(
        link.lesson.file, label=f"{plain(title)} · {plain(link.where)}", icon=icon,
        query_params={**link.parameters, **carried()},
    )  # fmt: skip


def _ballot(ballot: Ballot) -> None:
    st.page_link(
        lesson("room").file, label=f"Vote: {plain(ballot.question)} · Room", icon=":material/how_to_vote:",
        query_params={VOTE: ballot.code, **carried()},
    )  # fmt: skip
    # Folded: this page may be on the projector before the class has voted
    with st.expander("Its answers, and who gives them", icon=":material/visibility:"):
        rows = []
        for answer in ballot.answers:
            if answer.is_right:
                rows.append(f"- **{answer.letter} {plain(answer.text)}** :material/check: {plain(ballot.why)}")
            else:
                thought = f"{plain(answer.thought)} ({plain(answer.source)})"
                rows.append(f"- **{answer.letter}** {plain(answer.text)}: {thought}")
        st.markdown("\n".join(rows))


def _numbers(part: Part) -> None:
    for note, numbers in part.known:
        told = [f"- {plain(one.name)}: **{plain(one.value)}**" for one in numbers]
        st.markdown("\n".join([f"{plain(note)}:", "", *told]))
    rows = []
    if part.unknown:
        rows.append(f"- {plain(part.unknown)}")
    rows += [f"- :material/timer: {plain(time)}" for time in part.times]
    if rows:
        st.markdown("\n".join(rows))


_STYLE = """<style>
[data-testid="stMain"] [data-testid="stPageLink"] a { min-height: 2.75rem; }
</style>"""
