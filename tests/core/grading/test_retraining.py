"""Specs are trained again in processes of their own: the lab's very numbers, and a reason where that fails."""

import math
import os
import subprocess
import sys
import threading

import psutil
import pytest

from core import runs
from core.assignments.submission import run_record
from core.engine import calibration
from core.engine.worker import execute
from core.grading import retraining
from core.grading.claims import read_run
from core.grading.comparing import is_same
from core.grading.retraining import Order, order_of, seconds_behind, seconds_of, seconds_of_all, train_all
from core.grading.standing_back import StandingBack
from core.lab.jobs import JobStoppedError
from core.lab.machine import n_cpus
from core.specs import CNNSpec, DataSpec
from tests.core.grading.conftest import ROOT, spec_of

pytestmark = pytest.mark.usefixtures("module_home")


def children():
    return {
        child.pid for child in psutil.Process().children()
        if "core.grading.retraining_process" in " ".join(child.cmdline())
    }  # fmt: skip


def test_numbers_are_those_of_a_worker_and_equal_orders_are_trained_once():
    spec = spec_of(5, n_epochs=3)
    run = runs.create(spec, page="perceptron", owner="ann")
    execute(str(run.folder))
    told = []
    came = train_all([Order(spec), Order(spec), Order(spec_of(6))], on_progress=lambda *one: told.append(one))
    assert (told[0], told[-1]) == ((0, 2), (2, 2))
    losses = [(e["train_loss"], e["test_loss"], e["test_accuracy"]) for e in run.history().epochs]
    assert [(e.train_loss, e.test_loss, e.test_accuracy) for e in came[Order(spec)].epochs] == losses
    assert came[Order(spec)].n_judged == 100
    assert not children()


def test_a_run_that_was_ended_early_is_ended_there_again():
    run = runs.create(spec_of(5, n_epochs=900, max_seconds=0.2), page="perceptron", owner="ann")
    execute(str(run.folder))
    claimed = read_run(run_record(run))
    order = order_of(claimed)
    assert order.spec.max_seconds is None
    assert order.n_steps == run.history().step
    assert is_same(claimed, train_all([order])[order])


def test_what_can_not_be_trained_is_told_and_the_others_are_trained():
    good, absent = Order(spec_of(1)), Order(spec_of(1, data=DataSpec(dataset="nobody", n_train=10, n_test=10)))
    many = Order(spec_of(1, data=DataSpec(n_train=200, n_test=999_999)))
    came = train_all([absent, good, many], n_at_once=1)
    assert came[good].status == "done"
    assert "nobody" in came[absent].error
    assert "n_test is 999999" in came[many].error


def test_what_takes_too_long_is_ended():
    endless = Order(spec_of(1, n_epochs=1_000, data=DataSpec(n_train=5_000, n_test=1_000)))
    came = train_all([endless], most_seconds=0.1)
    assert "took longer than" in came[endless].error


def test_a_process_that_dies_costs_its_one_run():
    orders = [Order(spec_of(1, n_epochs=1_000, data=DataSpec(n_train=5_000, n_test=1_000))), Order(spec_of(2))]
    killed = []

    def kill_the_first(done, total):
        assert (done, total) == (0, 2) or killed

    def look():
        for pid in children() - set(killed):
            if not killed:
                killed.append(pid)
                psutil.Process(pid).kill()
        return False

    came = train_all(orders, n_at_once=1, on_progress=kill_the_first, should_stop=look)
    assert killed
    assert "ended" in came[orders[0]].error
    assert came[orders[1]].status == "done"


def test_stop_ends_all_processes():
    endless = Order(spec_of(1, n_epochs=1_000, data=DataSpec(n_train=5_000, n_test=1_000)))
    with pytest.raises(JobStoppedError):
        train_all([endless], should_stop=lambda: bool(children()))
    assert not children()


def test_nothing_begins_while_the_class_trains_and_all_of_it_when_that_is_done():
    trains, looks = threading.Event(), []
    trains.set()

    def look():
        if trains.is_set():
            assert not children()
            looks.append(1)
            if len(looks) == 5:
                trains.clear()
        return False

    orders = [Order(spec_of(seed)) for seed in range(3)]
    came = train_all(orders, standing_back=StandingBack(trains.is_set, seconds=math.inf), should_stop=look)
    assert [came[order].status for order in orders] == ["done"] * 3


def test_beside_a_class_it_is_one_at_a_time():
    beside = []

    class Noting(StandingBack):
        def may_begin(self, n_under_way):
            may = super().may_begin(n_under_way)
            beside.extend([n_under_way] * may)
            return may

    orders = [Order(spec_of(seed)) for seed in range(4)]
    assert len(train_all(orders, n_at_once=2, standing_back=Noting(lambda: True, seconds=0))) == 4
    assert beside == [0] * 4


def test_what_stands_back_can_be_stopped():
    with pytest.raises(JobStoppedError):
        train_all([Order(spec_of(1))], standing_back=StandingBack(lambda: True, math.inf), should_stop=lambda: True)
    assert not children()


def test_a_process_ends_with_its_input():
    process = subprocess.Popen(
        [sys.executable, "-m", "core.grading.retraining_process"], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    endless = Order(spec_of(1, n_epochs=1_000, data=DataSpec(n_train=5_000, n_test=1_000)))
    process.stdin.write(endless.told(1_000.0))
    process.stdin.close()
    assert process.wait(120) == 0
    process.stdout.close()


def test_threads_are_those_that_were_recorded_within_reason():
    def threads(**changes):
        spec = spec_of(1, **changes)
        order = order_of(read_run({"spec": spec.model_dump(mode="json")}))
        return [order.spec.threads_at(epoch) for epoch in range(spec.n_epochs)]

    assert threads() == [1, 1]  # an MLP's losses follow from its spec alone
    assert threads(model=CNNSpec(), threads_of_epochs=(2, 1)) == [2, 1]
    assert threads(model=CNNSpec()) == [1, 1]
    assert max(threads(n_threads=256)) <= max(8, os.cpu_count() or 1)


def test_time_is_said_before(classroom):
    known = calibration.load()
    one, large = Order(spec_of(1)), Order(spec_of(1, n_epochs=20))
    assert seconds_of(one, known) < seconds_of(large, known)
    many = [Order(spec_of(seed)) for seed in range(40)]
    alone, beside = (seconds_of_all(many, known, n) - retraining.START_SECONDS for n in (1, 2))
    assert alone == pytest.approx(2 * beside)
    assert seconds_of_all([], known, 2) == 0


def test_behind_a_class_that_never_stops_it_takes_no_longer_than_was_told(classroom):
    known, now = calibration.load(), 0.0
    many = [Order(spec_of(seed, n_epochs=1 + seed % 3)) for seed in range(12)]
    rule = StandingBack(lambda: True, clock=lambda: now)
    for order in many:
        while not rule.may_begin(0):
            now += retraining._LOOK_SECONDS
        rule.began()
        now += seconds_of(order, known) * (n_cpus() + 1) / n_cpus()  # beside somebody on each core
    assert now <= seconds_behind(many, known) <= now + retraining.START_SECONDS + 0.5 * len(many)
    assert seconds_behind([], known) == 0
