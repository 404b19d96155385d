"""A class trains together: its runs are those of one machine, bit for bit, and each is trained once, by who may."""

import os
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from phones import PHONES

from core.crossval.fold import train_fold
from core.lab.limits import LimitError, Limits
from core.optimizers import race, sweep
from core.rooms import deal
from core.rooms.codes import RoomError
from core.runs import experiments
from core.specs import AdamSpec, SGDSpec
from core.specs.folds import FoldSpec
from core.together import class_run
from core.together.ending import put_away
from core.together.kinds import FOLD, KINDS, LEARNING_RATE, SEED, WIDTH, TogetherError, kind_of
from core.training.events import BatchEnd
from core.training.training import train


@pytest.fixture
def fill(engine, code, wait_until):
    """Deals a kind's runs, lets all phones press in any order and the teacher begin the rest; the end of it."""

    def call(kind, base, values):
        members = kind.members(base, values)
        made = class_run.begin(engine, code, "tea", kind, base, members)
        number = deal.hand(code, PHONES[0]).number
        holders = PHONES[: len(members)]
        for person in random.Random(0).sample(holders, len(holders)):
            class_run.press(engine, code, person, number)
        class_run.start(engine, code, "tea", also_held=True)
        wait_until(lambda: made.progress().is_over, "the class's runs are over")
        return made.read()

    return call


def losses_of(spec):
    """Batch by batch, trained here and now."""
    found = []
    train(spec, on_event=lambda event: found.append(event.loss) if isinstance(event, BatchEnd) else None)
    return found


def test_a_class_s_sweep_is_the_sweep(fill, small, engine, wait_until):
    base, rates = small(optimizer=SGDSpec()), sweep.grid(0.01, 5)
    now = fill(LEARNING_RATE, base, rates)
    alone = experiments.create(
        sweep.KIND, sweep.members(base, race.named([SGDSpec()]), rates), settings={}, page="optimizers", owner="tom"
    )
    engine.submit_group(alone.runs, "tom")
    wait_until(lambda: alone.progress().is_over, "the sweep is over")
    assert str(sweep.points(now)) == str(sweep.points(alone.read()))  # as text: NaN of a rate that diverged is itself
    assert len(sweep.points(now)) == len(rates) == 9
    one = now.members[2]
    assert list(one.history.losses) == losses_of(one.spec)
    assert f"{len(rates)} learning rates." in LEARNING_RATE.told(now)
    assert kind_of(now) is LEARNING_RATE
    assert now.experiment.belongs_to("tea")
    assert not now.experiment.belongs_to(PHONES[0])


def test_a_class_s_seeds_are_those_of_question_6(fill, small):
    base = small(optimizer=AdamSpec())
    now = fill(SEED, base, [0, 1, 2])
    of_race = [spec for labels, spec in race.members(base, race.named([AdamSpec(), SGDSpec()]), [0, 1, 2])]
    assert [member.spec for member in now.members] == of_race[::2]
    assert [list(member.history.losses) for member in now.members] == [losses_of(spec) for spec in of_race[::2]]
    scores = [member.accuracy for member in now.members]
    assert f"3 seeds: accuracies from {min(scores):.1%} to {max(scores):.1%}" in SEED.told(now)
    assert SEED.picture(now).count("<i ") == 3


def test_a_class_s_folds_are_those_of_question_4(fill, small):
    base = small(optimizer=AdamSpec())
    now = fill(FOLD, base, list(range(3)))
    expected = [
        train_fold(FoldSpec(data=base.data, model=base.model, optimizer=base.optimizer, n_epochs=base.n_epochs,
                            n_folds=3, fold=fold)).test_accuracy
        for fold in range(3)
    ]  # fmt: skip
    assert [member.accuracy for member in now.members] == expected
    assert (now.experiment.page, now.experiment.kind, now.experiment.settings) == ("crossval", "folds", {"n_folds": 3})
    assert f"3 folds, mean {sum(expected) / 3:.1%}" in FOLD.told(now)


def test_a_class_s_widths_differ_in_the_width_alone(fill, small):
    base = small()
    now = fill(WIDTH, base, [1, 4, 16])
    assert [member.spec.model.H for member in now.members] == [1, 4, 16]
    assert list(now.members[2].history.losses) == losses_of(base.model_copy(update={"n_threads": 1}))
    top = max(now.members, key=lambda member: member.accuracy)
    assert f"{top.accuracy:.1%}, with {top.spec.model.H} unit" in WIDTH.told(now)


def test_before_anything_has_ended_nothing_is_claimed(engine, code, small):
    for kind in KINDS:
        made = class_run.begin(engine, code, "tea", kind, small(), class_run.members_of(kind, small(), 5))
        assert kind.told(made.read()) == ""
        assert kind.picture(made.read()) == ""
    put_away(code, "tea")


def test_nothing_trains_before_a_press_and_what_nobody_began_is_stopped(engine, code, small, wait_until):
    made = class_run.begin(engine, code, "tea", SEED, small(), SEED.members(small(), [0, 1, 2]))
    assert not any(engine.has(run.id) for run in made.runs)
    held = deal.hand(code, PHONES[1])
    class_run.press(engine, code, PHONES[1], held.number)
    with pytest.raises(RoomError, match="started already"):
        class_run.press(engine, code, PHONES[1], held.number)
    wait_until(lambda: made.runs[1].status.name == "done", "the one is trained")
    put_away(code, "tea")
    assert [run.status.name for run in made.runs] == ["stopped", "done", "stopped"]
    assert "nobody in the room" in made.runs[0].status.sentence
    with pytest.raises(RoomError, match="over"):
        class_run.press(engine, code, PHONES[0], held.number)


def test_what_was_begun_while_no_teacher_was_known_goes_on_with_the_teacher_s_page(engine, code, small, wait_until):
    made = class_run.begin(engine, code, "tea", SEED, small(), SEED.members(small(), [0, 1]))
    class_run._teachers.forget(code)  # as after a new start of the lab
    class_run.press(engine, code, PHONES[0], deal.hand(code, PHONES[0]).number)
    assert not engine.has(made.runs[0].id)
    class_run.keep_going(engine, code, "tea", made.read())
    wait_until(lambda: made.runs[0].status.name == "done", "it is trained")
    assert made.runs[1].status.name == "queued"
    put_away(code, "tea")


DEALS_AND_DIES = """
import os, sys
from core.engine import Engine
from core.rooms import deal, room, seat
from core.specs import DataSpec, MLPSpec, RunSpec
from core.together import class_run
from core.together.kinds import SEED

engine, code = Engine("thread"), room.open_room("tea")
engine._turns.is_paused = True  # what is begun waits
seat.join(code, "ann")
base = RunSpec(data=DataSpec(n_train=200, n_test=100), model=MLPSpec(H=16), n_epochs=1)
made = class_run.begin(engine, code, "tea", SEED, base, SEED.members(base, [0, 1]))
class_run.press(engine, code, "ann", deal.hand(code, "ann").number)
assert engine.has(made.runs[0].id)
print(code, made.id, flush=True)
os._exit(1)
"""


def test_a_lab_that_is_started_anew_goes_on_where_it_was(engine, module_home, wait_until):
    dead = subprocess.run(
        [sys.executable, "-c", DEALS_AND_DIES], capture_output=True, text=True,
        env=os.environ | {"CHALKNET_HOME": str(module_home)},
    )  # fmt: skip
    assert dead.stdout, dead.stderr
    code, experiment_id = dead.stdout.split()
    made = experiments.open_experiment(experiment_id)
    assert [run.status.name for run in made.runs] == ["interrupted", "interrupted"]
    class_run.keep_going(engine, code, "tea", made.read())
    wait_until(lambda: made.runs[0].status.name == "done", "what was begun is trained")
    assert made.runs[1].status.name == "interrupted"  # nobody has begun it
    assert deal.hand(code, "ann").is_begun
    class_run.start(engine, code, "tea", also_held=True)
    wait_until(lambda: made.runs[1].status.name == "done", "the other one is trained")


def test_a_class_s_runs_stop_nothing_of_the_teacher_s(engine, code, small, wait_until):
    other = experiments.create("seeds", race.members(small(), race.named([AdamSpec(), SGDSpec()]), [0, 1]),
                               settings={}, page="optimizers", owner="tea")  # fmt: skip
    engine.submit_group(other.runs, "tea")
    made = class_run.begin(engine, code, "tea", SEED, small(), SEED.members(small(), [0, 1]))
    class_run.start(engine, code, "tea", also_held=True)
    wait_until(lambda: made.progress().is_over and other.progress().is_over, "all are trained")
    assert {run.status.name for run in [*other.runs, *made.runs]} == {"done"}


def test_a_hall_s_limit_is_told_before_anything_is_made(module_home, code, small, monkeypatch, engine):
    limits = Limits(is_hall=True, n_training=1, n_members=5, disk_mb=None, upload_mb=1, gone_minutes=None, niceness=0)
    monkeypatch.setattr(engine, "limits", limits)
    with pytest.raises(LimitError, match="has 6 runs"):
        class_run.begin(engine, code, "tea", SEED, small(), SEED.members(small(), list(range(6))))
    assert deal.parts(code, "tea") == []
    with pytest.raises(TogetherError, match="allowed are 60"):
        class_run.members_of(replace(SEED, values=lambda n: list(range(n))), small(), 61)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("n", [0, 3, 8, 12, 60])
def test_there_are_runs_for_any_class(kind, n, small):
    members = class_run.members_of(kind, small(), n)
    assert 3 <= len(members) <= 60
    names = [kind.label(labels) for labels, _ in members]
    assert len(set(names)) == len(names)
    assert {spec.n_threads for _, spec in members} == {1}
