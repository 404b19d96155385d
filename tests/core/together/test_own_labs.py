"""A class of which some train in labs of their own: the picture is that of one machine, bit for bit; no cheating."""

import json
import os
import struct
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phones import PHONES

from core import runs
from core.engine.worker import execute
from core.lab.errors import ChalknetError
from core.optimizers import race, sweep
from core.rooms import deal, handed, room, seat
from core.rooms.codes import RoomError
from core.runs import experiments, snapshots
from core.specs import AdamSpec, CNNSpec, MLPSpec, SGDSpec
from core.together import class_run, elsewhere, hand_in, own_result, ticket
from core.together.ending import put_away
from core.together.kinds import FOLD, LEARNING_RATE, SEED, WIDTH
from core.together.packed import HandInError, from_text, to_text

ADDRESS = "http://10.0.0.2:8501/Room?room=x"


@pytest.fixture
def dealt(engine, code):
    """Deals a kind's runs; returns the experiment."""

    def call(kind, base, values):
        return class_run.begin(engine, code, "tea", kind, base, kind.members(base, values))

    yield call
    put_away(code, "tea")


@pytest.fixture
def own(code, tmp_path):
    """A phone's run trained in a store of its own, by its ticket's text alone; ticket and run."""

    def train(person):
        given = ticket.read(ticket.write(hand_in.ticket_for(code, person, deal.hand(code, person), ADDRESS)))
        run = runs.create(given.spec, page="room", owner="me", store=tmp_path / person)
        execute(str(run.folder))
        return given, snapshots.read(run)

    return train


def result_of(given, now):
    """What the link has behind ``result=``."""
    return given.link(own_result.write(now, given)[0]).partition("&result=")[2]


def seen(code, made):
    return elsewhere.with_results(made.read(), hand_in.results_of(code, "tea"))


def test_a_sweep_half_of_which_was_trained_elsewhere_is_the_sweep(dealt, own, code, small, engine, wait_until):
    base = small(model=MLPSpec(H=64), optimizer=SGDSpec(momentum=0), batch_size=4)
    rates = sweep.grid(0.1, 10)  # the last one, which diverges, is trained elsewhere
    made = dealt(LEARNING_RATE, base, rates)
    number = deal.hand(code, PHONES[0]).number
    for person in PHONES[::2]:
        name, _ = hand_in.take(code, result_of(*own(person)))
        assert name == f"learning rate {deal.hand(code, person).label}"
    for person in PHONES[1::2]:
        class_run.press(engine, code, person, number)
    class_run.start(engine, code, "tea", also_held=True)
    wait_until(lambda: sum(run.status.is_finished for run in made.runs) == len(rates) - 4, "the others are over")
    members = sweep.members(base, race.named([base.optimizer]), rates)
    alone = experiments.create(sweep.KIND, members, settings={}, page="optimizers", owner="tom")
    engine.submit_group(alone.runs, "tom")
    wait_until(lambda: alone.progress().is_over, "the sweep is over")
    found = seen(code, made)
    assert str(sweep.points(found.now)) == str(sweep.points(alone.read()))  # as text: a NaN is itself
    assert "diverged" in {point.state for point in sweep.points(found.now)}
    assert "diverged" in {result.status for result in found.counted.values()}
    assert LEARNING_RATE.told(found.now) == LEARNING_RATE.told(alone.read())
    assert LEARNING_RATE.picture(found.now).to_dict() == LEARNING_RATE.picture(alone.read()).to_dict()
    # ... and it isn't claimed that this lab has computed them
    assert [run.status.name for run in made.runs[:7:2]] == ["queued"] * 4
    assert [run.history().step for run in made.runs[:7:2]] == [0] * 4
    assert len(found.counted) == 4
    drawn = LEARNING_RATE.picture(found.now, found.counted).to_dict()
    assert hollow_rates(drawn) == sorted(rates[:7:2])
    told = elsewhere.told(LEARNING_RATE, found)
    assert "4 results of students' own labs: trained elsewhere, on 1 thread; not run again here." in told
    assert "In the picture their points are white inside." in told


def hollow_rates(drawn):
    """Where the points stand that a sweep's chart fills with white, by what Vega is given."""
    layers = [layer for layer in drawn["layer"] if layer["mark"].get("fill") == "white"]
    assert {layer["mark"].get("shape", "circle") for layer in layers} == {"circle", "cross"}
    chosen = layers[0]["transform"][0]["filter"]["oneOf"]
    assert all(layer["transform"][0]["filter"] == layers[0]["transform"][0]["filter"] for layer in layers)
    rows = [row for name, data in drawn["datasets"].items() for row in data if row.get("place") in chosen]
    return sorted(row["learning rate"] for row in rows)


CNN = {"model": CNNSpec(channels1=4, channels2=4, dropout=0.3), "optimizer": AdamSpec(), "n_epochs": 2}


@pytest.mark.parametrize(
    ("kind", "values", "changes"),
    [(SEED, [0, 1, 2], {}), (WIDTH, [1, 4, 16], {}), (FOLD, [0, 1, 2], {}), (SEED, [0, 1, 2], CNN)],
    ids=["seed", "width", "fold", "seed of a CNN"],
)
def test_whatever_differs_the_picture_is_the_same(dealt, own, code, small, engine, wait_until, kind, values, changes):
    made = dealt(kind, small(**changes), values)
    for person in PHONES[:3]:
        hand_in.take(code, result_of(*own(person)))
    found = seen(code, made)
    class_run.run_again(engine, code, "tea")
    wait_until(lambda: made.progress().is_over, "they are trained here")
    here = seen(code, made)
    assert (len(found.counted), len(here.counted), len(here.again)) == (3, 0, 3)
    assert found.now.progress.is_over
    assert kind.told(found.now) == kind.told(here.now) != ""
    assert str(kind.picture(found.now)) == str(kind.picture(here.now))
    own = kind.picture(found.now, list(found.counted)[:2])
    if isinstance(own, str):
        assert own.count("background:#fff") == 2
    else:
        *_, last = own.to_dict()["layer"]
        assert last["mark"]["fill"] == "white"
        assert last["transform"][0]["filter"]["oneOf"] == values[:2]
    assert [m.accuracy for m in found.now.members] == [m.accuracy for m in here.now.members]
    assert [list(m.history.losses) for m in found.now.members] == [list(m.history.losses) for m in here.now.members]
    assert elsewhere.told(kind, here) == "3 results of students' own labs: trained again here, the same bit for bit."


def test_a_lab_in_a_process_and_a_home_of_its_own(dealt, code, small, module_home, tmp_path, monkeypatch):
    """By the command line: the spec goes there by the ticket's text, and the result comes back by the link's."""
    made = dealt(SEED, small(), [3, 4])
    text = ticket.write(hand_in.ticket_for(code, PHONES[1], deal.hand(code, PHONES[1]), ADDRESS))
    given = ticket.read(text)
    (tmp_path / "datasets").symlink_to(module_home / "datasets", target_is_directory=True)
    (tmp_path / "spec.json").write_text(given.spec.model_dump_json())
    subprocess.run(
        [sys.executable, "-m", "core.training", str(tmp_path / "spec.json")], check=True, capture_output=True,
        env=os.environ | {"CHALKNET_HOME": str(tmp_path)},
    )  # fmt: skip
    with monkeypatch.context() as there:
        there.setenv("CHALKNET_HOME", str(tmp_path))
        (run,) = runs.all_runs()
        result = result_of(given, snapshots.read(run))
    hand_in.take(code, result)
    execute(str(made.runs[1].folder))
    found = seen(code, made)
    assert "trained again here, the same bit for bit" in elsewhere.told(SEED, found)


def test_who_made_its_figures_up_is_found_when_it_is_trained_again(dealt, own, code, small, engine, wait_until):
    """Whoever has a ticket can sign what it likes: a signature says whose it is."""
    made = dealt(SEED, small(), [0, 1])
    given, now = own(PHONES[0])
    better = replace(now, result=now.result | {"test_accuracy": 0.99})
    hand_in.take(code, result_of(given, better))
    found = seen(code, made)
    assert found.now.members[0].accuracy == 0.99
    assert "A signature says whose a result is, not that it is true." in elsewhere.told(SEED, found)
    class_run.run_again(engine, code, "tea")
    wait_until(lambda: made.runs[0].status.is_finished, "it is trained here")
    found = seen(code, made)
    assert found.now.members[0].accuracy == now.accuracy
    told = elsewhere.told(SEED, found)
    assert f"Trained again here with other losses: seed 0 (99.0% handed in, {now.accuracy:.1%} here" in told


def test_what_is_refused_is_refused_with_a_sentence_and_leaves_nothing(dealt, own, code, small, engine):
    made = dealt(SEED, small(), [0, 1, 2])
    given, now = own(PHONES[0])
    text = result_of(given, now)
    other, _ = own(PHONES[1])
    line, rest = from_text(text.split(".")[0]).split(b"\n", 1)
    head = json.loads(line)

    def signed(*, figures=rest, **changes):
        made_up = json.dumps(head | changes).encode() + b"\n" + figures
        return f"{to_text(made_up)}.{to_text(handed.sign(given.secret, made_up))}"

    attempts = {
        "signature does not fit": [
            text[:-4] + "AAAA",  # forged
            result_of(replace(given, secret=other.secret), now),  # another seat's ticket
            result_of(replace(given, part=1), now),  # for another's run
            signed(part=2),
            result_of(replace(given, secret=bytes(32)), now),
        ],
        "leads to": [result_of(replace(given, code="zzzzz"), now)],
        "over": [result_of(replace(given, number=given.number + 1), now)],
        "other settings": [signed(key="0" * 64)],
        "other threads": [signed(n_threads=2), signed(precision="bfloat16")],
        "of 3 epochs": [signed(n_epochs=2, figures=rest[: 8 * 12] + rest[8 * 16 :])],
        "between 0 and 1": [
            signed(figures=rest[:16] + struct.pack("<d", 1.5) + rest[24:]), signed(n_judged=0),
        ],
        "mean loss": [signed(figures=struct.pack("<d", 0.001) + rest[8:])],
        "letters": [text + "A" * 10_000],
        "not a whole one": ["", "x", text.replace(".", "")],
    }  # fmt: skip
    for why, texts in attempts.items():
        for each in texts:
            with pytest.raises((HandInError, RoomError), match=why):
                hand_in.take(code, each)
    with pytest.raises(RoomError, match="no room"):
        hand_in.take("zzzzz", result_of(replace(given, code="zzzzz"), now))
    assert hand_in.results_of(code, "tea") == {}
    assert [part.is_free for part in deal.parts(code, "tea")] == [True] * 3
    hand_in.take(code, text)
    with pytest.raises(RoomError, match="handed in already"):  # replayed
        hand_in.take(code, text)
    class_run.press(engine, code, PHONES[1], given.number)
    with pytest.raises(RoomError, match="started already"):
        hand_in.take(code, result_of(*own_of(code, other, now)))
    put_away(code, "tea")
    assert "a student's own lab has trained it" in made.runs[0].status.sentence
    assert "nobody in the room" in made.runs[2].status.sentence
    with pytest.raises(RoomError, match="over"):
        hand_in.take(code, text)


def own_of(code, given, now):
    """Another's ticket with a result of its settings: only the time is wrong."""
    return given, replace(now, spec=given.spec)


def test_a_deleted_run_is_told(dealt, own, code, small):
    made = dealt(SEED, small(), [0, 1])
    given, now = own(PHONES[0])
    made.runs[0].delete("tea")
    with pytest.raises(ChalknetError, match="does not exist"):
        hand_in.take(code, result_of(given, now))


@pytest.fixture(scope="module")
def one(engine, small, tmp_path_factory):
    """A room that waits for one result, and its text."""
    code = room.open_room("tea")
    seat.join(code, "ann")
    base = small(n_epochs=1)
    class_run.begin(engine, code, "tea", SEED, base, SEED.members(base, [0]))
    given = hand_in.ticket_for(code, "ann", deal.hand(code, "ann"), ADDRESS)
    run = runs.create(given.spec, page="room", owner="me", store=tmp_path_factory.mktemp("own"))
    execute(str(run.folder))
    return code, result_of(given, snapshots.read(run))


@given(st.data())
def test_no_letter_of_it_can_be_changed(one, data):
    code, text = one
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda letter: letter != text[place]))
    with pytest.raises((HandInError, RoomError), match=r"\.$"):
        hand_in.take(code, text[:place] + letter + text[place + 1 :])
    assert handed.results(code, "tea") == {}


@given(st.text(max_size=500))
def test_garbage_is_a_sentence(one, text):
    with pytest.raises((HandInError, RoomError), match=r"\.$"):
        hand_in.take(one[0], text)
