"""Everybody here: the teacher's press on any page, and nothing for who has no room."""

from urllib.parse import parse_qs, urlsplit

import pytest
from every_page import PAGES, file_of, keys

from core.engine.worker import execute
from core.rooms import attendance, database, room, seat
from core.rooms.news import news


@pytest.fixture
def code(teacher):
    code = room.open_room(teacher)
    seat.join(code, "ann")
    yield code
    attendance.gone(code, "ann")


@pytest.mark.parametrize("lesson", PAGES, ids=lambda lesson: lesson.key)
def test_on_every_page_one_press_sends_the_room_there_with_its_settings(visit, teacher, code, lesson):
    present = {"present": "1"} if lesson.key in ("home", "cnn", "data") else {}
    at = visit(file_of(lesson), person=teacher, n_train="500", lang="fr", **present)
    at.button(key="everybody_here").click().run()
    assert not at.exception
    sent = urlsplit(news("ann").address)
    assert sent.path == f"/{lesson.address}"
    assert parse_qs(sent.query)["n_train"] == ["500"]
    assert not {"lang", "present"} & parse_qs(sent.query).keys()


def test_everybody_sees_the_runs_that_the_teacher_compares(visit, teacher, code, new_run):
    run = new_run(owner=teacher)
    execute(str(run.folder))
    at = visit("1_Perceptron", person=teacher, tab="Compare")
    at.button(key="everybody_here").click().run()
    assert not at.exception
    assert parse_qs(urlsplit(news("ann").address).query)["compared"] == [run.id]


def test_who_has_no_open_room_has_no_such_button(visit, teacher):
    assert "everybody_here" not in keys(visit("3_CNN", person=teacher))
    assert not database.path().exists()
    code = room.open_room(teacher)
    assert "everybody_here" in keys(visit("3_CNN", person=teacher))
    assert "everybody_here" not in keys(visit("3_CNN", person="ann"))
    room.close(code, teacher)
    assert "everybody_here" not in keys(visit("3_CNN", person=teacher))
