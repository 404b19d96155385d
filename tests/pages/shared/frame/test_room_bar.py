"""The room's bar on every page: for who has a seat, in the page's language, and at no cost for others."""

import pytest
from every_page import PAGES, file_of, keys

from core.rooms import attendance, database, room, seat
from core.rooms.ballot import Ballot

ASKED = Ballot("What has 5 x 5 left of 7 x 7?", ("3 x 3", "5 x 5", "7 x 7"), 0)


@pytest.fixture
def code(home):
    """A room with Ann, in which something is asked."""
    code = room.open_room("tea")
    seat.join(code, "ann")
    room.ask(code, "tea", ASKED)
    yield code
    attendance.gone(code, "ann")


@pytest.mark.parametrize("lesson", PAGES, ids=lambda lesson: lesson.key)
def test_on_every_page_a_vote_leads_to_the_room(visit, code, lesson):
    at = visit(file_of(lesson))
    assert "The room asks something." in [each.value for each in at.markdown]
    at.button(key="room_bar_go").click().run()
    assert not at.exception
    assert [each.value for each in at.title] == ["Room"]
    assert at.query_params["room"] in (code, [code])
    assert ASKED.question in [each.value for each in at.subheader]


def test_who_would_rather_not_is_asked_no_more_until_the_next_vote(visit, code):
    at = visit("3_CNN")
    at.button(key="room_bar_not").click().run()
    assert "room_bar_go" not in keys(at)
    room.ask(code, "tea", ASKED)
    assert "room_bar_go" in keys(at.run())
    seat.answer(code, "ann", 2, 0)
    assert "room_bar_go" not in keys(at.run())


def test_where_the_teacher_sends_everybody_one_press_leads(visit, code):
    at = visit("1_Perceptron", lang="fr", present="1")
    room.send_to(code, "tea", "/CNN?n_train=500&tab=Network&lang=en")
    at.run()
    assert any(each.value.startswith("L’enseignant envoie tout le monde") for each in at.markdown)
    at.button(key="room_bar_go").click().run()
    assert not at.exception
    assert [each.value for each in at.title] == ["3. Convolutional network"]
    told = {name: at.query_params[name] for name in ("n_train", "tab", "lang", "present")}
    assert {name: text[0] if isinstance(text, list) else text for name, text in told.items()} == {
        "n_train": "500", "tab": "Network", "lang": "fr", "present": "1",  # the language and Lecture mode are one's own
    }  # fmt: skip
    assert "Aller" not in " ".join(each.label for each in at.button)


def test_to_other_settings_of_the_same_page_too(visit, code):
    at = visit("3_CNN", n_epochs="3")
    room.send_to(code, "tea", "/CNN?n_epochs=7")
    at.run()
    assert any("Convolutional network**" in each.value for each in at.markdown)
    at.button(key="room_bar_go").click().run()
    assert at.slider(key="n_epochs").value == 7
    room.send_to(code, "tea", "/CNN?n_epochs=3&tab=Network")
    at.run()
    assert any("Convolutional network, Network**" in each.value for each in at.markdown)
    at.button(key="room_bar_go").click().run()
    assert at.slider(key="n_epochs").value == 3


def test_who_has_no_seat_has_no_bar_and_no_file_is_opened(visit, home):
    for lesson in PAGES:
        at = visit(file_of(lesson), person="eve")
        assert "room_bar_go" not in keys(at)
    assert not database.path().exists()


def test_rooms_that_can_not_be_read_are_told(visit, code):
    for suffix in ("", "-wal", "-shm"):
        database.path().with_name(f"rooms.db{suffix}").unlink(missing_ok=True)
    database.path().write_bytes(b"no database" * 1_000)
    at = visit("3_CNN")
    assert not at.exception
    assert any("can't be used" in each.value for each in at.markdown)
