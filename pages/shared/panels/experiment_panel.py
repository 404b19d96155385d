"""Start, Stop, and the live picture of an experiment: runs that belong together."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.lab.words import count, duration
from core.runs import experiments
from core.runs.experiments import Experiment, Progress
from core.runs.series import Series, series_of_run
from core.specs import RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.pictures.experiment_curves import overlay_picture

POLL_SECONDS = 1.5  # as the panel of a single run, and for the same reason
_DOUBLE_CLICK_SECONDS = 1.0

Members = list[tuple[dict[str, Any], RunSpec]]


def shown_experiment(page: str, kind: str) -> Experiment | None:
    """The experiment that a page is about: that of the link, if it is of this kind, else the one last started here."""
    key = f"{kind}_of_{page}"
    linked = st.query_params.get("experiment")
    known = st.session_state.get(key)
    for experiment_id in dict.fromkeys(filter(None, (linked, known))):
        try:
            experiment = experiments.open_experiment(experiment_id)
        except ChalknetError as error:
            if experiment_id == linked and linked != known:
                st.warning(str(error))
            st.query_params.pop("experiment", None)
            continue
        if (experiment.page, experiment.kind) == (page, kind):
            _show(experiment)
            return experiment
    return None


def experiment_panel(
    lab: Lab,
    *,
    page: str,
    kind: str,
    make: Callable[[], tuple[Members, dict[str, Any]]],
    expectation: str,
    start: str = "Start",
    hint: str = "Choose the settings, then press **Start**: the curves grow here.",
    series: Callable[[Experiment], list[Series]] | None = None,
    below: Callable[[Experiment], None] | None = None,
    picture: dict[str, Any] | None = None,
    with_curves: bool = True,
    prepare: Callable[[], None] | None = None,
) -> Experiment | None:
    """Buttons, and below them the experiment as it goes; returns the one that is shown.

    Parameters
    ----------
    lab : Lab
    page, kind : str
        Whose experiment this is (``core.runs.experiments.create``).
    make : callable
        Called on the press: the members, and the experiment's settings. A ``ChalknetError`` of it is shown as it is.
    prepare : callable, optional
        Called once it is certain that a new experiment begins.
    expectation : str
        Beside the button, as Markdown: how long it will take.
    start, hint : str
        The button's word, and what stands here before the first press.
    series : callable, optional
        The curves of an experiment; by default one a member, named by its labels.
    below : callable, optional
        Draws beneath the picture, and again with each poll.
    picture : dict, optional
        What ``overlay_picture`` draws at first (``against``, ``loss``, ``accuracy``).
    with_curves : bool
        False where ``below`` draws all there is to see: then only the progress stands above it.
    """
    shown = shown_experiment(page, kind)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(start, type="primary", icon=":material/play_arrow:", key=f"start_{kind}")
        stop_place = st.empty()
        st.markdown(expectation, width="content")
    if pressed:
        shown = _begin(lab, page, kind, make, prepare, shown)
    if shown is None:
        st.info(hint)
        return None
    _live(lab, shown, stop_place, series or series_of_members if with_curves else None, below, picture or {})
    return shown


def series_of_members(experiment: Experiment) -> list[Series]:
    """One curve a run, named by its labels."""
    curves = []
    for member in experiment.members:
        if member.run is None:
            continue
        status = member.run.status.name
        told = ", ".join(str(value) for name, value in member.labels.items() if name != "keep_weights")
        note = "" if status in ("done", "running") else status
        curves.append(series_of_run(member.run.history(), told, note=note))
    return curves


def _begin(
    lab: Lab,
    page: str,
    kind: str,
    make: Callable[..., Any],
    prepare: Callable[[], None] | None,
    shown: Experiment | None,
) -> Experiment | None:
    """Start an experiment, unless the very same one goes on already (a double click); another one is stopped first."""
    begun = f"begun_{kind}_on_{page}"  # noted before it is made, as in run_panel, and for the same reason
    try:
        members, settings = make()
        for known in (shown, _experiment_of(st.session_state.get(begun))):
            if known is None or not known.belongs_to(lab.person):
                continue
            is_over, just_now = known.progress().is_over, time.time() - known.created < _DOUBLE_CLICK_SECONDS
            if [run.spec for run in known.runs] == [spec for _, spec in members] and (just_now or not is_over):
                _show(known)
                return known
            if not is_over:
                lab.engine.stop_group(known.runs, lab.person)
        if prepare is not None:
            prepare()
        st.session_state[begun] = experiment_id = runs.new_id()
        given = {"settings": settings, "page": page, "owner": lab.person, "experiment_id": experiment_id}
        experiment = experiments.create(kind, members, **given)
        lab.engine.submit_group(experiment.runs, lab.person)
    except ChalknetError as error:
        st.error(str(error))
        return shown
    _show(experiment)
    return experiment


def _experiment_of(experiment_id: str | None) -> Experiment | None:
    try:
        return None if experiment_id is None else experiments.open_experiment(experiment_id)
    except ChalknetError:
        return None


def _show(experiment: Experiment) -> None:
    st.session_state[f"{experiment.kind}_of_{experiment.page}"] = experiment.id
    if st.query_params.get("experiment") != experiment.id:
        st.query_params["experiment"] = experiment.id


def _live(
    lab: Lab,
    experiment: Experiment,
    stop_place: Any,
    series: Callable[[Experiment], list[Series]] | None,
    below: Callable[[Experiment], None] | None,
    picture: dict[str, Any],
) -> None:
    progress = experiment.progress()
    over, mine = progress.is_over, experiment.belongs_to(lab.person)
    if mine and not over:
        stop_place.button(
            "Stop", icon=":material/stop:", key=f"stop_{experiment.kind}", on_click=_stop, args=(lab, experiment.id)
        )
    elif mine and any(run.status.name == "interrupted" for run in experiment.runs):
        stop_place.button(
            "Resume", icon=":material/resume:", key=f"resume_{experiment.kind}", on_click=_resume,
            args=(lab, experiment.id), help="What was interrupted goes on behind its last whole epoch.",
        )  # fmt: skip
    lengths = [run.spec.n_epochs for run in experiment.runs if run.spec.max_seconds is None]

    def draw() -> None:
        now = experiment.progress()
        said = progress_text(lab, experiment, now)
        if series is None:
            st.progress(now.share, said)
        else:
            overlay_picture(
                series(experiment),
                said=said,
                share=now.share,
                key=f"overlay_{experiment.id}",
                n_epochs=max(lengths, default=None),
                **picture,
            )
        _troubles(lab, experiment)
        if below is not None:
            below(experiment)
        if not over and now.is_over:
            st.rerun()  # the whole page: what waits for the end has something new

    st.fragment(draw, run_every=None if over else POLL_SECONDS)()
    if not mine:
        st.caption("Somebody else's experiment, for watching.")


def progress_text(lab: Lab, experiment: Experiment, progress: Progress) -> str:
    """One line: how many runs are done, and how long it will still take."""
    n, n_finished = progress.n, progress.n_finished
    if not n:
        return "The runs of this experiment were deleted."
    if progress.is_over:
        if progress.n_done == n:
            return f"Finished: {count(n, 'run')}."
        return f"Over: {progress.n_done} of {n} runs finished as planned."
    if not lab.engine.info().is_warm and not progress.share:
        return "The engine is warming up; the first run begins as soon as it is ready."
    told = f"{n_finished} of {n} runs done"
    if progress.seconds_left is None:
        before = lab.engine.place(experiment.runs[0].id)
        return f"{told} · waiting: {before} before these" if before else f"{told} · begins in a moment"
    at_a_time = max(1, min(lab.engine.info().n_workers, n - n_finished))
    return f"{told} · about {duration(progress.seconds_left / at_a_time)} left"


def _troubles(lab: Lab, experiment: Experiment) -> None:
    """Which runs failed, and why."""
    for member in experiment.members:
        if member.run is None or (status := member.run.status).name != "failed":
            continue
        told = ", ".join(str(value) for value in member.labels.values())
        st.error(f"{told}: {lab.engine.failure(member.run.id) or status.sentence}", icon=":material/error:")


def _stop(lab: Lab, experiment_id: str) -> None:
    try:
        lab.engine.stop_group(experiments.open_experiment(experiment_id).runs, lab.person)
    except (ChalknetError, OSError) as error:
        st.error(str(error))


def _resume(lab: Lab, experiment_id: str) -> None:
    try:
        waiting = [r for r in experiments.open_experiment(experiment_id).runs if r.status.name == "interrupted"]
        for run in waiting:
            run.must_belong_to(lab.person)
            runs.adopt(run)
        lab.engine.submit_group(waiting, lab.person)
    except (ChalknetError, OSError) as error:
        st.error(str(error))
