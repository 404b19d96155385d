"""What every Start, Stop and Resume obeys, and the lines that say how far something is: decided without a page."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import runs
from core.runs import experiments, snapshots
from core.runs.experiments import Progress
from core.runs.history import History
from pages.shared.panels.experiment_panel import before_start
from pages.shared.panels.panel import DOUBLE_CLICK_SECONDS, Standing, answer, second_button
from pages.shared.words.progress import experiment_progress, run_progress

GOES = Standing(goes=True, is_over=False)
JUDGED = Standing(goes=False, is_over=False)  # stopped, and for a moment judged on the test pictures
OVER = Standing(goes=False, is_over=True)
LOST = Standing(goes=False, is_over=True, is_interrupted=True)
LATER = 60.0


@pytest.mark.parametrize(
    ("standing", "button"), [(GOES, "stop"), (JUDGED, "stop"), (OVER, None), (LOST, "resume")]
)
def test_who_started_it_has_the_button_that_fits_and_nobody_else_has_one(standing, button):
    assert second_button(standing, is_mine=True) == button
    assert second_button(standing, is_mine=False) is None


@pytest.mark.parametrize(
    ("standing", "is_same", "age", "meaning"),
    [
        (GOES, True, LATER, "show"),  # it goes on already
        (GOES, False, LATER, "replace"),
        (OVER, True, 0.5 * DOUBLE_CLICK_SECONDS, "show"),  # so quick that a double click finds it over
        (OVER, True, LATER, "leave"),  # once more
        (OVER, True, -3600.0, "leave"),  # the clock was set back by an hour: else Train did nothing for that hour
        (OVER, False, 0.0, "leave"),
        (JUDGED, True, LATER, "leave"),  # Stop, then Train: nobody waits for the judging
        (JUDGED, False, LATER, "leave"),
        (LOST, True, LATER, "leave"),
    ],
)
def test_what_a_press_means_for_what_is_there(standing, is_same, age, meaning):
    assert answer(standing, is_same=is_same, age=age) == meaning


def test_only_what_goes_is_replaced_and_only_the_same_is_shown():
    for standing, is_same, age in product((GOES, JUDGED, OVER, LOST), (True, False), (0.0, LATER)):
        meaning = answer(standing, is_same=is_same, age=age)
        assert meaning != "show" or is_same
        assert (meaning == "replace") == (standing.goes and not is_same)


def run_at(new_run, status, result=None, **changes):
    """A run with this status, as it would be read."""
    now = snapshots.read(new_run())
    spec = now.spec.model_copy(update=changes)
    told = History()
    told.add({"event": "begin", "epoch": 0, "step": 0, "seconds": 0.0, "n_steps_per_epoch": 7, "n_parameters": 1})
    told.add({"event": "batches", "step": 1, "seconds": 5.0, "losses": [1.0] * 10, "n_correct": 0, "n_images": 0})
    return replace(now, spec=spec, status=runs.Status(status, ""), history=told, result=result)


@pytest.mark.parametrize(
    ("status", "changes", "says"),
    [
        ("running", {}, "Epoch 2 of 3 · 5.0 s elapsed · 5.5 s left"),
        ("running", {"max_seconds": 20.0}, "Epoch 2 · 5.0 s elapsed · 15 s left"),
        ("running", {"max_seconds": 4.0}, "Epoch 2 · 5.0 s elapsed · 0.0 s left"),
        ("done", {}, "Finished · 10 batches · 5.0 s elapsed"),
        ("stopped", {}, "Stopped after 10 batches; judging the test pictures."),
        ("diverged", {}, "Diverged · 10 batches · 5.0 s elapsed"),
        ("interrupted", {}, "Interrupted · 10 batches · 5.0 s elapsed"),
    ],
)
def test_how_far_a_run_is(home, new_run, status, changes, says):
    assert run_progress(run_at(new_run, status, **changes), is_warm=True, n_before=0) == says


def test_a_run_that_waits_says_for_what(home, new_run):
    now = replace(run_at(new_run, "queued"), history=History())
    assert "warming up" in run_progress(now, is_warm=False, n_before=3)
    assert run_progress(now, is_warm=True, n_before=0) == "Begins in a moment."
    assert run_progress(now, is_warm=True, n_before=1) == "Waiting: 1 run before this one."
    assert run_progress(now, is_warm=True, n_before=3) == "Waiting: 3 runs before this one."
    assert run_progress(now, is_warm=True, n_before=3, begins_in=70.0).endswith("before this one, about 1 min 10 s.")
    empty = replace(run_at(new_run, "running"), history=History())
    assert run_progress(empty, is_warm=True, n_before=0) == "Loading the pictures."
    judged = run_at(new_run, "stopped", result={"test_accuracy": 0.5})
    assert run_progress(judged, is_warm=True, n_before=0) == "Stopped · 10 batches · 5.0 s elapsed"


@pytest.mark.parametrize(
    ("progress", "says"),
    [
        (Progress(0, 0, 0, 1.0, None), "The runs of this experiment were deleted."),
        (Progress(1, 1, 1, 1.0, 0.0), "Finished: 1 run."),
        (Progress(3, 3, 3, 1.0, 0.0), "Finished: 3 runs."),
        (Progress(3, 3, 2, 1.0, 0.0), "Finished: 2 of 3 runs."),
        (Progress(3, 3, 2, 0.7, 0.0, n_stopped=1), "Stopped: 2 of 3 runs were finished."),
        (Progress(3, 1, 0, 0.1, None, n_stopped=1), "0 of 3 runs done · begins in a moment"),
        (Progress(3, 0, 0, 0.0, None), "0 of 3 runs done · begins in a moment"),
        (Progress(9, 1, 1, 0.2, 60.0), "1 of 9 runs done · about 30 s left"),  # two at a time
        (Progress(9, 8, 8, 0.9, 60.0), "8 of 9 runs done · about 1 min 0 s left"),  # there is but one left
    ],
)
def test_how_far_an_experiment_is(progress, says):
    assert experiment_progress(progress, is_warm=True, n_workers=2, n_before=0) == says


def test_an_experiment_that_waits_says_for_what():
    waits = Progress(3, 0, 0, 0.0, None)
    assert "warming up" in experiment_progress(waits, is_warm=False, n_workers=0, n_before=0)
    said = experiment_progress(waits, is_warm=True, n_workers=1, n_before=4)
    assert said == "0 of 3 runs done · waiting: 4 before these"


def test_what_a_start_would_stop_is_said_before():
    assert before_start("Race", goes=False, others={}) == ""
    assert "**Race** stops this experiment" in before_start("Race", goes=True, others={})
    said = before_start("Race", goes=False, others={"4 Cross-validation": 12, "5 Transfer": 1})
    assert "your other experiments: 12 runs on 4 Cross-validation and 1 run on 5 Transfer." in said


# ------------------------------------------------------------------------------------------- what a page is about


def page_of_two_kinds():
    """A page with the run and the experiment that it is about; what a test wants done is in the session."""
    import streamlit as st

    from core import runs
    from pages.shared.frame.shown import experiment_of, run_of

    if "show" in st.session_state:
        run_of("cnn").show(runs.open_run(st.session_state.pop("show")))
    for what in (run_of("cnn"), experiment_of("optimizers", "race")):
        found = what.shown()
        st.text("none" if found is None else found.id)


@pytest.fixture
def shown(home):
    def visit(session=None, **parameters):
        at = AppTest.from_function(page_of_two_kinds, default_timeout=30)
        for name, value in parameters.items():
            at.query_params[name] = value
        for name, value in ({"person": "bob"} | (session or {})).items():
            at.session_state[name] = value
        at.run()
        assert not at.exception
        return SimpleNamespace(
            at=at,
            run=at.text[0].value,
            experiment=at.text[1].value,
            warnings=[warning.value for warning in at.warning],
        )

    return visit


def make_experiment(spec, kind="race", page="optimizers"):
    return experiments.create(kind, [({"contestant": "a"}, spec)], settings={}, page=page, owner="ann").id


def test_the_links_comes_first_then_the_one_last_shown(shown, new_run):
    a, b = new_run().id, new_run().id
    assert shown().run == "none"
    assert shown(run=a).run == a
    assert shown({"run_of_cnn": b}).run == b
    found = shown({"run_of_cnn": b}, run=a)
    assert (found.run, found.at.session_state["run_of_cnn"]) == (a, a)
    found = shown({"run_of_cnn": a, "show": b})
    assert (found.run, found.at.session_state["run_of_cnn"]) == (b, b)


def test_a_link_to_nothing_is_told_once_and_what_was_shown_stays(shown, new_run):
    run = new_run()
    found = shown({"run_of_cnn": run.id}, run="a" * 24)
    assert found.run == run.id
    assert len(found.warnings) == 1
    assert "does not exist" in found.warnings[0]
    found.at.run()
    assert not found.at.warning
    # What was deleted while one looked elsewhere is let go without a word
    run.delete("ann")
    found = shown({"run_of_cnn": run.id})
    assert (found.run, found.warnings) == ("none", [])
    assert "run_of_cnn" not in found.at.session_state


def test_a_new_session_begins_with_the_persons_newest_experiment(shown, small):
    older, newest = make_experiment(small()), make_experiment(small())
    make_experiment(small(), "sweep")
    make_experiment(small(), page="another")
    assert shown({"person": "bob"}).experiment == "none"
    found = shown({"person": "ann"})
    assert found.experiment == newest
    assert found.at.query_params["experiment"] in (newest, [newest])
    assert shown({"person": "ann"}, experiment=older).experiment == older
    for run in experiments.open_experiment(newest).runs:  # there is nothing left to see of it
        run.delete("ann")
    assert shown({"person": "ann"}).experiment == older


def test_an_experiment_of_another_tab_is_no_reason_to_forget_ones_own(shown, small):
    race, sweep = make_experiment(small()), make_experiment(small(), "sweep")
    elsewhere = make_experiment(small(), page="another")
    assert shown(experiment=race).experiment == race
    for other in (sweep, elsewhere):
        found = shown({"race_of_optimizers": race}, experiment=other)
        assert (found.experiment, found.warnings) == (race, [])
    assert shown(experiment=sweep).experiment == "none"


OTHERS = "What you see was trained with other settings than those chosen here."


@pytest.mark.parametrize(
    ("page", "tab", "button", "other"),
    [
        ("1_Perceptron", "Learn", "train", {"H": "64"}),
        ("4_Cross-validation", "K folds", "start_folds", {"stratified": "false"}),
        ("4_Cross-validation", "Fewer lines", "train", {"random_state": "7"}),
        ("6_Optimizers", "Race", "start_race", {"batch_size": "64"}),
    ],
)
def test_it_is_told_that_what_is_shown_has_other_settings(visit, press, page, tab, button, other):
    small = {"tab": tab, "n_train": "200", "n_test": "100", "n_epochs": "1"}
    at = visit(page, **small)
    assert OTHERS not in [one.value for one in at.caption]  # there is nothing to see
    press(at, button)
    shown = {name: text for name, text in at.query_params.items() if name in ("run", "experiment")}
    shown = {name: text if isinstance(text, str) else text[-1] for name, text in shown.items()}
    for more, is_told in (({}, False), (other, True)):
        at = visit(page, **small, **shown, **more)
        assert (OTHERS in " ".join(one.value for one in at.caption)) == is_told
