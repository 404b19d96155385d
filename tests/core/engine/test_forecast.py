"""core/engine/forecast.py: the work, times the load, times what the last runs took; and the turns that come before."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import forecast
from core.engine.calibration import Calibration
from core.engine.expected_time import OVERHEAD_SECONDS, seconds
from core.engine.forecast import Conditions, Forecaster, begins_in, slowdown
from core.engine.pace import Pace
from core.engine.turns import SHARE_SECONDS, Entry, Turns
from core.engine.worker import execute
from core.lab import paths
from core.lab.files import write_json
from core.specs import CNNSpec, DataSpec, RunSpec

KNOWN = Calibration("m", (1e-4, 1e-9, 1e-10), 1e-6, 1e-3, 1e-4, 1.0, (), one_thread=1.5)
DATA = DataSpec(n_train=1000, n_test=500)
MLP, CNN = RunSpec(data=DATA), RunSpec(data=DATA, model=CNNSpec())


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(forecast, "n_cpus", lambda: 2)
    monkeypatch.setattr(forecast, "most_threads", lambda: 2)


@pytest.fixture
def known(home, monkeypatch):
    monkeypatch.setattr(forecast.calibration, "load", lambda: KNOWN)


class Idle(Forecaster):
    """On a machine with these cores in use by others, whatever else runs here now."""

    def __init__(self, others=0.0):
        super().__init__(is_local=False)
        self.others = others

    def _others(self):
        return self.others


@pytest.mark.parametrize(
    ("spec", "others", "n_beside", "times"),
    [
        (MLP, 0, 0, 1.0),
        (MLP, 0, 1, 1.0),  # a core each
        (MLP, 2, 0, 1.5),  # three want two cores
        (MLP, 2, 1, 2.0),
        (CNN, 0, 0, 1.0),
        (CNN, 0.3, 0, 1.15),  # a browser beside it does not cost a thread, but some time
        (CNN, 0, 1, 1.5),  # one thread is left
        (CNN, 2, 0, 1.5 * 1.5),
        (CNN.model_copy(update={"n_threads": 1}), 0, 0, 1.5),
    ],
)
def test_a_busy_machine_is_slower(spec, others, n_beside, times):
    assert slowdown(spec, KNOWN, Conditions(others, n_beside)) == pytest.approx(times)


def test_another_processor_is_not_slowed_down_by_this_one():
    assert slowdown(MLP.model_copy(update={"device": "cuda"}), KNOWN, Conditions(2.0, 3)) == 1


def test_many_runs_take_their_sum_and_something_around_each(known, small):
    specs = [small(), small(), small(n_epochs=6)]
    work, around = sum(seconds(spec, KNOWN) for spec in specs), 3 * OVERHEAD_SECONDS
    once = Idle().together(specs, 1)
    assert once == pytest.approx(work + around)
    assert Idle().together(specs, 2) == pytest.approx(once / 2)
    assert Idle().together(specs, 3) == pytest.approx((work * 1.5 + around) / 3)  # three on two cores
    assert Idle(2.0).together(specs, 1) > once


def test_one_run_takes_its_own_time_and_the_clock_caps_it(known):
    assert Idle().together([MLP], 8) == pytest.approx(seconds(MLP, KNOWN))
    assert Idle().together([], 8) == 0
    endless = MLP.model_copy(update={"n_epochs": 1000, "max_seconds": 7.0})
    assert Idle(2.0).together([endless], 1) == 7


def test_nothing_is_foretold_before_the_machine_was_measured(home):
    assert Idle().together([MLP], 1) is None


def test_it_learns_from_what_runs_have_taken(home, new_run, monkeypatch):
    """A run of the lab's own, trained for real: the next forecast of such work is what it took."""
    slow = dataclasses.replace(KNOWN, mlp=(0.05, 0.0, 0.0))  # runs that are over at once teach nothing
    monkeypatch.setattr(forecast.calibration, "load", lambda: slow)
    forecaster = Idle()
    run = new_run(n_epochs=2)
    entry = Entry(run, "ann", n_turns=1)
    forecaster.queued(entry)
    assert entry.seconds == pytest.approx(seconds(run.spec, slow))
    assert entry.epoch_seconds == pytest.approx(entry.seconds / 2)
    forecaster.begun(entry, 0)
    assert execute(str(run.folder)) == "done"
    forecaster.ended(entry)
    took = min(4 * entry.seconds, max(entry.seconds / 4, run.history().seconds))
    assert forecaster.together([run.spec], 1) == pytest.approx(took)
    assert Idle().together([run.spec], 1) == pytest.approx(took)  # the next start of the lab


@pytest.mark.parametrize("changes", [{"n_turns": 2}, {"conditions": None}])
def test_it_learns_nothing_from_what_was_interrupted(known, new_run, changes):
    forecaster, run = Idle(), new_run()
    entry = Entry(run, "ann", n_turns=1)
    forecaster.begun(entry, 0)
    execute(str(run.folder))
    forecaster.ended(dataclasses.replace(entry, **changes))
    assert forecaster.together([run.spec], 1) == pytest.approx(seconds(run.spec, KNOWN))


def test_one_disturbed_run_is_no_pace(home):
    pace = Pace()
    assert pace.factor("train mlp") == 1
    for took in (2.0, 2.1, 30.0, 1.9, 2.0):
        pace.learn("train mlp", reckoned=1.0, took=took)
    assert pace.factor("train mlp") == 2
    assert pace.factor("train cnn") == 2  # new work, on a machine that is known to be slow
    pace.learn("train cnn", reckoned=1.0, took=1.0)
    assert (pace.factor("train cnn"), Pace().factor("train cnn")) == (1, 1)


def test_a_run_that_is_over_at_once_tells_of_the_clock_and_not_of_the_machine(home):
    pace = Pace()
    pace.learn("train transfer", reckoned=0.01, took=0.05)
    assert pace.factor("train transfer") == 1


@pytest.mark.parametrize("content", ["{", json.dumps({"train mlp": "fast"}), json.dumps({"train mlp": None})])
def test_a_file_of_another_version_is_passed_over(home, content):
    paths.home().mkdir(parents=True, exist_ok=True)
    (paths.home() / "pace.json").write_text(content)
    assert Pace().factor("train mlp") == 1


def entry(name, seconds, *, epoch=1.0, began=0.0):
    return Entry(None, name, seconds=seconds, epoch_seconds=epoch, began=began)


def test_a_place_that_is_free_is_free_now():
    assert begins_in([], [], 1, now=0.0) == 0
    assert begins_in([entry("a", 9.0)], [], 2, now=0.0) == 0


def test_who_waits_lets_turns_pass_and_not_whole_runs():
    """A run of half an hour gives way behind its share, at an epoch's end: halfway through one, on average."""
    long = entry("a", 1800.0, epoch=4.0, began=0.0)
    assert begins_in([long], [], 1, now=5.0) == pytest.approx(SHARE_SECONDS - 5 + 2)
    assert begins_in([long], [], 1, now=60.0) == pytest.approx(2.0)  # its share is over
    assert begins_in([entry("a", 8.0)], [], 1, now=5.0) == pytest.approx(3.0)  # it will be over before


def test_two_places_are_free_sooner_than_one():
    waiting = [entry(name, 6.0) for name in "cde"]
    running = [entry("a", 4.0), entry("b", 5.0)]
    assert begins_in(running[:1], waiting, 1, now=0.0) == pytest.approx(4 + 3 * 6)
    assert begins_in(running, waiting, 2, now=0.0) == pytest.approx(min(4 + 6 + 6, 5 + 6))


@given(st.lists(st.floats(0, 100), max_size=8), st.lists(st.floats(0, 100), max_size=8), st.integers(1, 4))
def test_more_places_and_fewer_before_are_never_later(running, before, n_places):
    running = [entry("r", seconds) for seconds in running[:n_places]]
    waiting = [entry("w", seconds) for seconds in before]
    now = begins_in(running, waiting, n_places, now=0.0)
    assert now >= begins_in(running, waiting, n_places + 1, now=0.0) - 1e-9
    assert now >= begins_in(running, waiting[:-1], n_places, now=0.0) - 1e-9
    assert now <= sum(one.seconds for one in [*running, *waiting]) + 1e-9


def test_before_something_new_comes_one_turn_of_each_person(new_run):
    """Ann's experiment of three holds Bob for one of its members; his own waiting run is replaced by the new one."""
    turns = Turns()
    for owner, is_member in [("ann", True)] * 3 + [("bob", False), ("eve", False)]:
        turns.add(Entry(new_run(owner=owner), owner, is_member))
    assert [(e.owner, e.is_member) for e in turns.before_new("bob", is_member=False)] == [("eve", False), ("ann", True)]
    last = turns.waiting()[-1]
    assert turns.before(last.run.id) == turns.waiting()[:-1]
    assert turns.before("a" * 24) == []


def test_an_engine_forecasts_with_its_queue(home, calibrated, new_run, wait_until):
    """The thread engine trains one at a time: who comes now has the turn of the one that trains before them."""
    from core.engine import Engine

    calibrated(home)
    write_json(home / "pace.json", {})
    engine = Engine("thread")
    try:
        wait_until(lambda: engine.info().is_warm, "the engine is warm")
        free = engine.forecast([MLP], "bob", is_member=False)
        assert (free.begins_in, free.n_before) == (0.0, 0)
        long = new_run(n_epochs=1000)
        engine.submit(long, "ann")
        wait_until(lambda: long.status.name == "running", "it trains")
        told = engine.forecast([MLP], "bob", is_member=False)
        assert told.n_before == 1
        assert 0 < told.begins_in <= SHARE_SECONDS + 1
        mine = new_run(owner="bob")
        engine.submit(mine, "bob")
        assert engine.begins_in(mine.id) == pytest.approx(told.begins_in, abs=5)
        for run, owner in ((mine, "bob"), (long, "ann")):
            engine.stop(run, owner)
        wait_until(lambda: long.status.is_finished, "it has stopped")
    finally:
        engine.close()
