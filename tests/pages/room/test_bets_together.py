"""The page Room while everybody bets on one run: drawn or typed on phones, shown all at once, measured."""

import pytest

from core import runs
from core.rooms import attendance, bet, room, seat
from core.rooms.work import work_of
from core.runs.bets import CurveBet
from core.together import class_bets


@pytest.fixture
def code(teacher):
    """A room with Ann, Ben and Cid."""
    code = room.open_room(teacher)
    for person in ("ann", "ben", "cid"):
        seat.join(code, person)
    yield code
    for person in ("ann", "ben", "cid"):
        attendance.gone(code, person)


@pytest.fixture
def asked(visit, code, teacher):
    """The teacher's page, which asks for bets on a small run of three epochs."""
    at = visit("70_Room", person=teacher, room=code, n_train="200", n_test="100", bet_n_epochs="3")
    button(at, "Ask for bets").click().run()
    assert not at.exception
    assert not at.error
    return at


def texts(at):
    """All that a page says, without Markdown's backslashes."""
    kinds = (at.markdown, at.info, at.warning, at.error, at.subheader, at.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def button(at, word):
    return next(each for each in at.button if word in each.label)


def test_bets_are_typed_shown_all_at_once_and_measured(visit, code, teacher, asked, wait_until):
    ann = visit("70_Room", person="ann", room=code)
    assert "How will the training loss fall?" in texts(ann)
    typed = next(each for each in ann.text_input if each.key.startswith("room_typed"))
    typed.input("2.2 two 2").run()
    assert "Here are 3 numbers from 0 needed" in texts(ann)
    assert bet.n_bets(code, teacher) == 0
    next(each for each in ann.text_input if each.key.startswith("room_typed")).input("2.3 2.2 2.1").run()
    assert "Your bet is in" in texts(ann)
    assert class_bets.read(bet.mine(code, "ann")) == CurveBet((1, 2, 3), (2.3, 2.2, 2.1))
    class_bets.place(code, "ben", work_of(code, teacher).number, CurveBet((1, 2, 3), (1.0, 0.5, 0.1)))
    assert "2 of 3 have bet" in texts(asked.run())
    button(asked, "Train it").click().run()
    run = runs.open_run(work_of(code, teacher).experiment)
    wait_until(lambda: run.status.is_finished and not run.is_being_written, "the run is over")
    asked.run()
    assert "off by" not in texts(asked)
    assert "The bets are closed." in texts(ann.run())
    assert "off by" not in texts(ann)
    button(asked, "Show the bets").click().run()
    assert "The nearest of 2 bets is off by" in texts(asked)
    assert "That is place **1** of 2" in texts(ann.run())
    assert "That is place **2** of 2" in texts(visit("70_Room", person="ben", room=code))
    assert "You have no bet on this run" in texts(visit("70_Room", person="cid", room=code))
    assert not asked.exception
    button(asked, "Put it away").click().run()
    assert work_of(code, teacher) is None
    assert run.folder.exists()


def test_what_is_put_away_before_it_trains_leaves_no_run(code, teacher, asked):
    assert len(runs.all_runs()) == 1
    button(asked, "Put it away").click().run()
    assert runs.all_runs() == []


def test_a_run_that_somebody_deleted_is_told(visit, code, teacher, asked):
    runs.open_run(work_of(code, teacher).experiment).delete(teacher)
    button(asked, "Train it").click().run()
    assert not asked.exception
    assert "no run" in texts(asked) or "deleted" in texts(asked)
    assert not visit("70_Room", person="ann", room=code).exception
