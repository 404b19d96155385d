"""Train, Stop, and the live picture of a run."""

import time

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.lab.words import count, duration
from core.runs import Run, Status
from core.specs import RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.pictures.live_curves import live_picture
from pages.shared.words.expected import run_takes
from pages.shared.words.markdown import plain
from pages.shared.words.settings import run_settings

POLL_SECONDS = 1.5  # at 1 s the drawing took 16 % of the training beside it, at 1.5 s 13 %
_DOUBLE_CLICK_SECONDS = 1.0
_FIRST_LOSS_SECONDS = 0.7  # the longest that a press of Train waits for its first batch


def shown_run(page: str) -> Run | None:
    """The run that a page is about: that of the link, else the one last started here. Says so if the link's is gone."""
    key = f"run_of_{page}"
    linked = st.query_params.get("run")
    run_id = linked or st.session_state.get(key)
    if run_id is None:
        return None
    try:
        run = runs.open_run(run_id)
    except ChalknetError as error:
        if linked is not None and linked != st.session_state.get(key):
            st.warning(str(error))
        st.query_params.pop("run", None)
        st.session_state.pop(key, None)
        return None
    st.session_state[key] = run.id
    if linked != run.id:
        st.query_params["run"] = run.id
    return run


def run_panel(lab: Lab, spec: RunSpec, *, page: str) -> None:
    """Buttons, and below them the run as it goes."""
    run = shown_run(page)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Train", type="primary", icon=":material/play_arrow:", key="train")
        stop_place = st.empty()
        st.markdown(run_takes(spec), width="content")
    if pressed:
        run = _train(lab, spec, page, run)
    if run is None:
        st.info("Choose the settings, then press **Train**: the curves grow here while the network learns.")
        return
    _live(lab, run, page, stop_place)


def _train(lab: Lab, spec: RunSpec, page: str, shown: Run | None) -> Run | None:
    """Start a run, unless the press is the second half of a double click."""
    # Streamlit may end this script at any access to its state, for the second click: so the id is noted before the run
    # is made, and the next script finds what this one has begun
    begun = f"begun_on_{page}"
    for known in (shown, _run_of(st.session_state.get(begun))):
        if known is not None and known.belongs_to(lab.person) and known.spec == spec:
            just_now = time.time() - known.meta.get("created", 0) < _DOUBLE_CLICK_SECONDS
            if just_now or not known.status.is_finished:
                return _show(known, page)
    st.session_state[begun] = run_id = runs.new_id()
    try:
        run = runs.create(spec, page=page, owner=lab.person, run_id=run_id)
        lab.engine.submit(run, lab.person)
    except ChalknetError as error:
        st.error(str(error))
        return shown
    _show(run, page)
    _await_first_loss(lab, run)
    return run


def _run_of(run_id: str | None) -> Run | None:
    try:
        return None if run_id is None else runs.open_run(run_id)
    except ChalknetError:
        return None


def _show(run: Run, page: str) -> Run:
    st.session_state[f"run_of_{page}"] = run.id
    st.query_params["run"] = run.id
    return run


def _await_first_loss(lab: Lab, run: Run) -> None:
    """If the run can begin at once, wait that moment, so that the first picture has a loss and not a promise."""
    deadline = time.monotonic() + _FIRST_LOSS_SECONDS
    while lab.engine.info().is_warm and lab.engine.place(run.id) == 0 and time.monotonic() < deadline:
        if run.history().step or run.status.is_finished:
            return
        time.sleep(0.02)


def _live(lab: Lab, run: Run, page: str, stop_place: st.delta_generator.DeltaGenerator) -> None:
    """The picture of a run, drawn again each second until the run has ended."""
    over = _is_over(run, run.status)
    mine = run.belongs_to(lab.person)
    if mine and not over:
        stop_place.button("Stop", icon=":material/stop:", key="stop", on_click=_stop, args=(lab, run.id))
    elif mine and run.status.name == "interrupted":
        stop_place.button(
            "Resume", icon=":material/resume:", key="resume", on_click=_resume, args=(lab, run.id),
            help="Goes on behind its last whole epoch.",
        )  # fmt: skip

    def draw() -> None:
        try:
            status = run.status
            _draw(lab, run, status, mine)
        except (ChalknetError, OSError):
            st.warning("This run was deleted.")
            return
        if not over and _is_over(run, status):
            st.rerun()  # the whole page: Results and Compare have something new

    st.fragment(draw, run_every=None if over else POLL_SECONDS)()


def _is_over(run: Run, status: Status) -> bool:
    """Whether nothing more will be drawn: a stopped run is still judged on the test pictures for a moment."""
    if not status.is_finished:
        return not run.folder.exists()
    return not (status.name in ("stopped", "diverged") and run.result is None and run.is_being_written)


def _draw(lab: Lab, run: Run, status: Status, mine: bool) -> None:
    history, spec = run.history(), run.spec
    if status.name in ("failed", "diverged"):
        st.error(lab.engine.failure(run.id) or status.sentence, icon=":material/error:")
    elif status.name == "interrupted":
        st.warning(status.sentence, icon=":material/power_off:")
    live_picture(history, spec, status, said=_progress_text(lab, run, status), key=f"live_{run.id}")
    st.caption(("" if mine else "Somebody else's run, for watching. ") + plain(run_settings(spec)))


def _progress_text(lab: Lab, run: Run, status: Status) -> str:
    """One line: where the run is, how long it has taken, how long it will."""
    history, spec = run.history(), run.spec
    if status.name == "queued":
        before = lab.engine.place(run.id)
        if not lab.engine.info().is_warm:
            return "The engine is warming up; this run begins as soon as it is ready."
        return "Begins in a moment." if before == 0 else f"Waiting: {count(before, 'run')} before this one."
    took = f"{duration(history.seconds)} elapsed"
    if status.name == "running":
        per_step = history.seconds_per_step
        if per_step is None:
            return "Loading the pictures."
        if spec.max_seconds is not None:
            left = spec.max_seconds - history.seconds
        else:
            left = (history.n_steps_per_epoch * spec.n_epochs - history.step) * per_step
        epoch = min(spec.n_epochs, history.step // history.n_steps_per_epoch + 1)
        of = "" if spec.max_seconds is not None else f" of {spec.n_epochs}"
        return f"Epoch {epoch}{of} · {took} · {duration(max(0.0, left))} left"
    if run.result is None and status.name == "stopped" and history.step:
        return f"Stopped after {history.step:,} batches; judging the test pictures."
    word = {"done": "Finished", "stopped": "Stopped", "diverged": "Diverged"}.get(status.name, status.name.capitalize())
    return f"{word} · {history.step:,} batches · {took}"


def _stop(lab: Lab, run_id: str) -> None:
    try:
        lab.engine.stop(runs.open_run(run_id), lab.person)
    except (ChalknetError, OSError) as error:
        st.error(str(error))


def _resume(lab: Lab, run_id: str) -> None:
    try:
        lab.engine.resume(runs.open_run(run_id), lab.person)
    except (ChalknetError, OSError) as error:
        st.error(str(error))
