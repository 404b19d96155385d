"""The rehearsal on the page: one press, how far it is, and what came of it."""

from functools import partial

import streamlit as st

from core.lab.jobs import Job
from core.lab.words import count, duration
from core.plans import shelf
from core.plans.found import Store
from core.plans.plan import Plan, Shows
from core.plans.rehearsal import Line, Rehearsal, Report
from core.runs import usage
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import current, jobs, while_running
from pages.shared.words.markdown import plain
from pages.teaching.links import link_of, settings_of, with_trained
from pages.teaching.opening import Opener
from pages.teaching.sheet import Sheet, title_of

KIND = "rehearsal"
_ICONS = {"there": ":material/inventory_2:", "trained": ":material/model_training:", "opens": ":material/check:",
          "wrong": ":material/error:"}  # fmt: skip
_WORDS = {"there": "was there already", "trained": "trained and kept", "opens": "opens as meant"}


def rehearsal_button(lab: Lab, plan: Plan) -> None:
    """Begins it; while one goes, ends it."""
    job = current(KIND, lab.person)
    if job is None:
        st.button("Rehearse this plan", type="primary", icon=":material/theaters:", key="rehearse",
                  on_click=_start, args=(lab, plan))  # fmt: skip
    else:
        st.button("Stop the rehearsal", icon=":material/stop:", key="rehearsal_stop", on_click=_stop,
                  args=(job, lab.person))  # fmt: skip


def rehearsal_panel(lab: Lab, plan: Plan, sheet: Sheet) -> None:
    """What it would do, or how far it is; what came of the last one."""
    job = current(KIND, lab.person)
    if job is not None:
        _progress(job)
        return
    st.markdown(_expectation(lab, plan, sheet))
    job = jobs().of(KIND, lab.person)
    if job is not None:
        _over(job, lab, plan)


def _expectation(lab: Lab, plan: Plan, sheet: Sheet) -> str:
    opens = f"Opens {count(sum(len(step.shows) for step in plan.all_steps), 'page')}"
    if not sheet.n_missing:
        return f"{opens}; all that it needs is trained." if sheet.n_needs else f"{opens}; nothing is trained."
    store = Store()
    missing = [needs for needs in plan.needs if store.find(needs) is None]
    known = [lab.engine.seconds(needs.specs) for needs in missing if not needs.waits_for]
    told = f"{opens} and trains what is missing, {sheet.n_missing} of {count(sheet.n_needs, 'thing')}"
    if None in known or not known:
        return f"{told}. How long that takes is told once this machine was measured."
    more = ", and what waits for it" if len(known) < len(missing) else ""
    return f"{told}: about **{duration(sum(filter(None, known)))}**{more}. You may go to other pages meanwhile."


def _start(lab: Lab, plan: Plan) -> None:
    def plan_now() -> Plan:
        return shelf.plan(plan.lesson, plan.minutes, lab.data, lab.person)

    def work(job: Job) -> Report:
        with Opener(lab.person) as opener:

            def open_page(shown: Shows) -> list[str]:
                store = Store()
                trained = with_trained(shown, lab.data, store)
                return opener.open(trained or link_of(shown, lab.data, store))

            rehearsal = Rehearsal(
                plan_now, lab.engine, lab.person, partial(settings_of, data=lab.data), open_page
            )
            try:
                return rehearsal.work(job)
            finally:
                usage.forget()

    def start() -> None:
        lab.check_room()
        jobs().start(KIND, lab.person, f"The rehearsal of {title_of(plan.name)}", work, unit="pages")

    attempt(start)


def _progress(job: Job) -> None:
    def draw() -> None:
        report = job.result
        now = report.now if isinstance(report, Report) and report.now else "Beginning"
        if job.stop_requested:
            now = "Stopping"
        within = report.share if isinstance(report, Report) else 0.0
        share = min(1.0, (job.done + within) / job.total) if job.total else 0.0
        st.progress(share, f"{plain(now)} ({job.done} of {job.total or '…'} pages)")
        if isinstance(report, Report):
            _lines(report.lines[-4:])

    while_running(job, draw)


def _stop(job: Job, person: str) -> None:
    attempt(job.stop, person)


def _over(job: Job, lab: Lab, plan: Plan) -> None:
    """What it has found, until it is closed."""
    report = job.result
    with st.container(border=True, key="rehearsal_report"):
        if not isinstance(report, Report):
            st.error(plain(job.error))
        else:
            _told(job, report)
            if report.plan == plan.name:
                _tomorrow(lab, plan)
            with st.expander("Everything that it did", expanded=bool(report.wrong)):
                _lines(report.lines)
        st.button("Close the report", icon=":material/close:", key="rehearsal_close", on_click=jobs().forget,
                  args=(job,))  # fmt: skip


def _told(job: Job, report: Report) -> None:
    n_pages = sum(line.state == "opens" for line in report.lines)
    trained = [line for line in report.lines if line.state == "trained"]
    took = f" in {duration(sum(line.seconds or 0.0 for line in trained))}" if trained else ""
    n_there = sum(line.state == "there" for line in report.lines)
    runs = f", {count(len(trained), 'thing')} trained{took}, {n_there} there already" if trained or n_there else ""
    told = f"**{plain(title_of(report.plan))}**: {count(n_pages, 'page')} opened as meant{runs}."
    if job.state == "failed":
        st.error(f"{told} {plain(job.error)}")
    elif job.state == "stopped":
        st.info(f"{told} {plain(job.error)}")
    elif report.wrong:
        st.warning(f"{told} **{count(len(report.wrong), 'thing')}** to look at before class.")
    else:
        st.success(f"{told} Nothing is wrong.")


def _tomorrow(lab: Lab, plan: Plan) -> None:
    """What takes longer than its step, if it is trained live."""
    rows = []
    for step in plan.steps:
        specs = [spec for shown in step.shows if shown.needs is not None and not shown.is_about
                 for spec in shown.needs.specs]  # fmt: skip
        seconds = lab.engine.seconds(specs) if specs else None
        if seconds is not None:
            is_long = seconds > 60 * step.minutes
            hint = ": **longer than its step**, so show what is there" if is_long else ""
            rows.append(f"- {plain(step.title)}: about {duration(seconds)} of {step.minutes} min{hint}")
    if rows:
        st.markdown("If it is trained anew in class, it takes:\n\n" + "\n".join(rows))


def _lines(lines: list[Line]) -> None:
    told = []
    for line in lines:
        word = plain(line.told) if line.state == "wrong" else _WORDS[line.state]
        took = f", {duration(line.seconds)}" if line.seconds is not None else ""
        told.append(f"- {_ICONS[line.state]} {plain(line.what)}: {word}{took}")
    if told:
        st.markdown("\n".join(told))
