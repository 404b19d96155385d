"""Bets of a class: kept as they were drawn, and measured against what was trained."""

import statistics

import numpy as np
import pytest

from core import runs
from core.engine import Engine
from core.rooms import attendance, bet, room, seat
from core.rooms.codes import RoomError
from core.runs.bets import CurveBet
from core.runs.live_curves import curves, with_bets
from core.together import class_bets
from core.together.class_bets import measured
from core.together.ending import put_away


@pytest.fixture
def engine(home, monkeypatch):
    """Runs train in a thread of this process."""
    monkeypatch.setattr("core.engine.engine.calibrate", lambda: None)
    engine = Engine("thread")
    yield engine
    engine.close()


@pytest.fixture
def code(home):
    """A room of the teacher "tea" with Ann and Ben."""
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person)
    yield code
    for person in ("ann", "ben"):
        attendance.gone(code, person)


DRAWN = {"ann": CurveBet((1, 2, 3), (2.0, 1.5, 1.0)), "ben": CurveBet((1, 2, 3), (2.3, 2.3, 2.25))}


def test_bets_from_the_drawing_to_the_distance(code, engine, small, wait_until):
    run = class_bets.begin(code, "tea", small(), page="perceptron", title="MLP")
    for person, curve in DRAWN.items():
        class_bets.place(code, person, 1, curve)
        assert class_bets.read(bet.mine(code, person)) == curve
    assert run.status.name == "queued"
    assert not engine.has(run.id)
    class_bets.train(engine, code, "tea")
    with pytest.raises(RoomError, match="closed"):
        class_bets.place(code, "ann", 1, DRAWN["ben"])
    wait_until(lambda: run.status.name == "done", "it is trained")
    class_bets.reveal(code, "tea")
    shown = [class_bets.read(text) for text in bet.revealed(code, "tea")]
    assert set(shown) == set(DRAWN.values())
    epochs = run.history().epochs
    got = np.array([epoch["train_loss"] for epoch in epochs])
    offs = [float(np.abs(np.array(curve.losses) - got).mean()) for curve in shown]
    found = measured(shown, epochs)
    assert found.offs == pytest.approx(sorted(offs))
    assert found.nearest == int(np.argmin(offs))
    assert f"{min(offs):.2f} per epoch, the median by {statistics.median(offs):.2f}" in found.told
    drawn = with_bets(curves(run.history(), n_epochs=3), shown, found.nearest)
    assert [one["losses"] for one in drawn["bets"]] == [list(one.losses) for one in shown]
    assert drawn["loss_top"] >= 2.3
    assert "bet" not in drawn
    put_away(code, "tea")
    assert runs.open_run(run.id).status.name == "done"


def test_before_an_epoch_nothing_is_measured():
    found = measured(list(DRAWN.values()), [])
    assert (found.n, found.nearest, found.told) == (0, None, "")
    one = measured([DRAWN["ann"]], [{"epoch": 1, "train_loss": 2.25}])
    assert one.told == "The bet is off by 0.25 per epoch."


def test_what_is_put_away_before_it_trains_leaves_no_run(code, small):
    run = class_bets.begin(code, "tea", small(), page="perceptron", title="MLP")
    class_bets.begin(code, "tea", small(), page="perceptron", title="another")
    assert not run.folder.exists()
    put_away(code, "tea")
    assert runs.all_runs() == []


@pytest.mark.parametrize(
    "text", [None, "", "no bet", "[]", "3", '{"kind": "accuracy", "accuracy": 0.5}', '{"kind": 1}']
)
def test_what_is_no_drawn_curve_is_none(text):
    assert class_bets.read(text) is None
