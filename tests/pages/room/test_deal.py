"""The page Room while a class trains together: the teacher deals, each phone begins its own run, the wall fills."""

import pytest

from core.optimizers import sweep
from core.rooms import attendance, deal, room, seat
from core.rooms.ballot import Ballot
from core.rooms.work import work_of
from core.runs import experiments


@pytest.fixture
def code(teacher):
    """A room with Ann and Ben."""
    code = room.open_room(teacher)
    for person in ("ann", "ben"):
        seat.join(code, person)
    yield code
    for person in ("ann", "ben"):
        attendance.gone(code, person)


def texts(at):
    """All that a page says, without Markdown's backslashes."""
    kinds = (at.markdown, at.info, at.warning, at.error, at.subheader, at.caption, at.get("html"))
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def button(at, word):
    return next(each for each in at.button if word in each.label)


@pytest.fixture
def dealt(visit, code, teacher):
    """The teacher's page, on which a small sweep was dealt."""
    at = visit("70_Room", person=teacher, room=code, n_train="200", n_test="100", n_phones="3", n_epochs="1")
    button(at, "Deal the runs").click().run()
    assert not at.exception
    assert not at.error
    return at


def experiment_of(code):
    return experiments.open_experiment(work_of(code, "tea").experiment)


def test_each_phone_begins_its_own_run_and_the_wall_fills(visit, code, teacher, dealt, wait_until):
    rates = sweep.grid(0.01, 1)
    assert [part.label for part in deal.parts(code, teacher)] == [f"{rate:g}" for rate in rates]
    ann, ben = visit("70_Room", person="ann", room=code), visit("70_Room", person="ben", room=code)
    assert "Your learning rate: 0.01" in texts(ann)
    assert "Your learning rate: 0.02" in texts(ben)
    button(ben, "Train").click().run()
    made = experiment_of(code)
    wait_until(lambda: made.runs[1].status.is_finished and not made.runs[1].is_being_written, "Ben's run is over")
    assert f"**{made.read().members[1].accuracy:.1%}**" in texts(ben.run())
    assert "Train" not in " ".join(each.label for each in ben.button)
    assert "Train" in " ".join(each.label for each in ann.run().button)
    assert "1 of 7 runs started, 1 ended" in texts(dealt.run())
    assert "1 of 7 learning rates. Smallest training loss so far" in texts(dealt)
    assert "Start what nobody holds (5)" in [each.label for each in dealt.button]
    button(dealt, "Start all that is left (6)").click().run()
    wait_until(lambda: made.progress().is_over, "all are over")
    assert "7 of 7 runs started, 7 ended" in texts(dealt.run())
    assert f"{made.read().members[0].accuracy:.1%}" in texts(ann.run())
    assert not dealt.exception


def test_a_vote_puts_it_away_and_stops_what_nobody_began(visit, code, teacher, dealt):
    made = experiment_of(code)
    button(dealt, "Put it away").click().run()
    assert work_of(code, teacher) is None
    assert {run.status.name for run in made.runs} == {"stopped"}
    button(dealt, "Deal the runs").click().run()
    made = experiment_of(code)
    dealt.text_area(key="room_question").input("?")
    dealt.text_area(key="room_options_text").input("a\nb")
    button(dealt, "Ask it").click().run()
    assert not dealt.exception
    assert {run.status.name for run in made.runs} == {"stopped"}
    at = visit("70_Room", person="ann", room=code)
    assert "Train" not in " ".join(each.label for each in at.button)
    assert room.wall(code, teacher).ballot == Ballot("?", ("a", "b"))


@pytest.mark.parametrize("word", ["seed", "width", "fold"])
def test_whatever_differs_can_be_dealt(visit, code, teacher, word):
    at = visit("70_Room", person=teacher, room=code, differs=word, n_train="200", n_test="100", n_phones="3")
    button(at, "Deal the runs").click().run()
    assert not at.exception
    assert f"Together: {word}" in texts(at)
    assert f"Your {word}: " in texts(visit("70_Room", person="ann", room=code))
    button(at, "Put it away").click().run()


def test_a_deleted_experiment_is_told(code, dealt):
    made = experiment_of(code)
    for run in made.runs:
        run.delete("tea")
    assert not dealt.run().exception
    assert "deleted" in texts(dealt)


def test_who_shares_a_run_is_told(visit, code, teacher):
    for i in range(3):
        seat.join(code, f"s{i}")
    at = visit("70_Room", person=teacher, room=code, differs="seed", n_train="200", n_test="100", n_phones="3")
    button(at, "Deal the runs").click().run()
    assert "2 phones have this one" in texts(visit("70_Room", person="ann", room=code))
    for i in range(3):
        attendance.gone(code, f"s{i}")
