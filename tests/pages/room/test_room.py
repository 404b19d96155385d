"""The page Room, as a teacher and as students see it."""

import pytest

from core.rooms import room, seat
from core.rooms.ballot import SECOND, SHOWN, TALK, Ballot
from core.rooms.news import news
from core.votes import bank
from core.votes.own import SAYS_OPINION, SAYS_WHOSE, read_votes
from pages.room import answer
from pages.room.bank import ballot_of
from pages.shared.frame.engine import engine
from pages.shared.lessons import LESSONS

ASKED = Ballot("What has 5 x 5 left of 7 x 7?", ("3 x 3", "5 x 5", "7 x 7"), 0, "7 - 5 + 1 = 3")


@pytest.fixture
def code(teacher):
    return room.open_room(teacher)


def texts(at):
    return "\n".join(
        str(each.value)
        for kind in (at.markdown, at.info, at.warning, at.error, at.subheader, at.caption, at.get("html"))
        for each in kind
    )


def button(at, word):
    return next(each for each in at.button if word in each.label)


def test_a_teacher_opens_a_room_and_asks(visit, teacher):
    at = visit("70_Room", person=teacher)
    at.button(key="room_open").click().run()
    (code,) = room.rooms_of(teacher)
    assert at.query_params["room"] in (code, [code])
    at.text_area(key="room_question").input(ASKED.question)
    at.text_area(key="room_options_text").input("\n".join(ASKED.options))
    at.radio(key="room_right").set_value("A")
    button(at, "Ask it").click().run()
    assert not at.exception
    wall = room.wall(code, teacher)
    assert (wall.ballot.question, wall.ballot.options, wall.ballot.right) == (ASKED.question, ASKED.options, 0)
    for word in ("Discuss", "Vote again", "Show the answer"):
        button(at, word).click().run()
        assert not at.exception
    assert room.wall(code, teacher).phase == SHOWN


def test_a_vote_that_can_not_be_is_told_and_not_asked(visit, code, teacher):
    at = visit("70_Room", person=teacher)
    at.text_area(key="room_question").input("?")
    at.text_area(key="room_options_text").input("only one")
    button(at, "Ask it").click().run()
    assert "from 2 to 6 options" in texts(at)
    assert room.wall(code, teacher).ballot is None


def test_a_student_joins_by_the_link_answers_twice_and_sees_what_came_out(visit, code, teacher):
    at = visit("70_Room", person="ann", room=code)
    assert at.text_input(key=f"room_code_{code}").value == code
    assert "deleted" in texts(at)  # what is kept stands where one joins
    button(at, "Take a seat").click().run()
    assert seat.is_in(code, "ann")
    assert "Nothing is asked yet" in texts(at)
    room.ask(code, teacher, ASKED)
    at.run()
    button(at, "5 x 5").click().run()
    assert seat.view(code, "ann").mine == (1, None)
    room.go_on(code, teacher, TALK)
    assert "Your first answer was **B**" in texts(at.run())
    assert not [each for each in at.button if "5 x 5" in each.label]
    room.go_on(code, teacher, SECOND)
    button(at.run(), "3 x 3").click().run()
    room.go_on(code, teacher, SHOWN)
    told = texts(at.run())
    assert "You answered **B**, then **A**" in told
    assert "7 - 5 + 1 = 3" in told
    at.button(key="room_leave").click().run()
    assert not seat.is_in(code, "ann")
    assert not at.exception


def test_who_is_no_teacher_has_no_desk_whatever_the_link_says(visit, code):
    at = visit("70_Room", person="eve", room=code)
    assert "room_open" not in [each.key for each in at.button]
    assert room.wall(code, "tea").n_seats == 0


@pytest.mark.parametrize("text", ["", "zzzzz", "no room's code at all", "<b>x</b>", "%00"])
def test_a_wrong_code_is_told(visit, teacher, text):
    at = visit("70_Room", person="ann", room=text)
    assert not at.exception
    next(each for each in at.text_input if each.key.startswith("room_code")).input(text or "?")
    button(at, "Take a seat").click().run()
    assert not at.exception
    assert at.error


def test_another_teacher_does_not_see_the_room(visit, code):
    engine().teacher.admit(engine().teacher.made_up, "tom")
    at = visit("70_Room", person="tom", room=code)
    engine().teacher.leave("tom")
    assert not at.exception
    assert "in the room" not in texts(at)


@pytest.mark.parametrize("lesson", [each for each in LESSONS if each.key in ("home", "cnn")], ids=lambda one: one.key)
def test_everybody_goes_where_the_teacher_sends_them_once(visit, code, teacher, lesson):
    at = visit("70_Room", person="ann", room=code)
    button(at, "Take a seat").click().run()
    room.send_to(code, teacher, f"/{lesson.address}?n_train=500")
    at.run()
    assert not at.exception
    assert lesson.title in "".join(each.value for each in at.title)
    at.switch_page("pages/70_Room.py").run()
    assert "Room" in "".join(each.value for each in at.title)


@pytest.mark.parametrize(
    "address", ["http://[::", "//[", "/Nowhere", "/cnn", "CNN", "https://example.org/CNN", "\\x", "/%00"]
)
def test_an_address_that_is_no_page_of_the_lab_is_told_and_nobody_is_sent(visit, code, teacher, address):
    at = visit("70_Room", person=teacher, room=code)
    at.text_input(key="room_send").set_value(address).run()
    assert not at.exception
    button(at, "Send them").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert "page" in at.error[0].value
    seat.join(code, "ann")
    assert not news("ann").address


def test_who_was_late_to_go_along_finds_the_vote_that_was_asked_since(visit, code, teacher):
    seat.join(code, "ann")
    room.send_to(code, teacher, "/CNN?n_train=500")
    room.ask(code, teacher, Ballot("Which?", ("one", "two"), 0))
    at = visit("70_Room", person="ann", room=code)
    assert [each.value for each in at.title] == ["Room"]
    assert "Which?" in texts(at)


def test_markdown_in_a_vote_is_text(visit, code, teacher):
    seat.join(code, "ann")
    room.ask(code, teacher, Ballot("**bold** <b>x</b>", ("`a`", ":material/home:", "<script>alert(1)</script>")))
    at = visit("70_Room", person="ann", room=code)
    assert r"\*\*bold\*\*" in texts(at)
    room.go_on(code, teacher, SHOWN)
    assert "<script>alert" not in texts(at.run())


def test_the_lab_runs_its_own_vote_and_says_what_the_wrong_options_show(visit, code, teacher, wait_until):
    at = visit("70_Room", person=teacher, room=code)
    at.selectbox(key="room_shelf").set_value("convolution").run()
    vote = bank.votes_of("convolution")[0]
    button(at, "Ask this").click().run()
    assert room.wall(code, teacher).ballot == ballot_of(vote)
    button(at, "Show the answer").click().run()
    button(at, "Let the lab run it").click().run()
    wait_until(lambda: "own run gives" in texts(at.run()), "the lab has run it")
    assert f"gives **{'ABCDE'[vote.key]}**" in texts(at)
    assert not at.exception


def test_a_vote_that_trains_shows_its_curves(visit, code, teacher, wait_until):
    at = visit("70_Room", person=teacher, room=code)
    at.selectbox(key="room_shelf").set_value("optimizers").run()
    votes = bank.votes_of("optimizers")
    at.selectbox(key="room_vote_optimizers").set_value(votes.index(bank.vote("optim-rate-1"))).run()
    button(at, "Ask this").click().run()
    button(at, "Show the answer").click().run()
    button(at, "Let the lab run it").click().run()
    wait_until(lambda: "own run gives" in texts(at.run()), "the lab has run it")
    at = visit("70_Room", person=teacher, room=code)  # as after F5
    assert "own run gives" in texts(at)
    assert button(at, "Run it again")
    assert not at.exception
    code_of_vote, watched = answer._watched().get(teacher)
    assert code_of_vote == "optim-rate-1"
    assert {one.name for one in watched.series()} <= {option.text for option in bank.vote(code_of_vote).options}


@pytest.mark.parametrize("vote", bank.BANK, ids=lambda vote: vote.code)
def test_every_vote_of_the_bank_can_be_asked_in_a_room(vote):
    ballot = ballot_of(vote)
    assert (ballot.right, ballot.code, len(ballot.options)) == (vote.key, vote.code, len(vote.options))


def test_whose_key_it_is_is_said_of_a_vote_from_a_file():
    (opinion, stated) = read_votes(
        b'[[vote]]\nlesson = "cnn"\nquestion = "?"\noptions = ["a", "b"]\n'
        b'[[vote]]\nlesson = "cnn"\nquestion = "??"\noptions = ["a", "b"]\nkey = 2\n'
    )
    assert (ballot_of(opinion).right, ballot_of(opinion).why) == (None, SAYS_OPINION)
    assert (ballot_of(stated).right, ballot_of(stated).why) == (1, SAYS_WHOSE)


def test_a_link_to_a_vote_finds_it_in_the_list_until_another_one_is_chosen(visit, code, teacher):
    """As the plans on Teaching have it; also while the room still shows the vote before."""
    vote = bank.vote("optim-rate-1")
    at = visit("70_Room", person=teacher, room=code)
    button(at, "Ask this").click().run()
    at = visit("70_Room", person=teacher, room=code, vote=vote.code)
    assert at.selectbox(key="room_shelf").value == "optimizers"
    assert at.expander[0].proto.expanded
    at.selectbox(key="room_vote_optimizers").set_value(0).run()
    assert at.selectbox(key="room_vote_optimizers").value == 0
    assert "vote" not in at.query_params
    at = visit("70_Room", person=teacher, room=code, vote=vote.code)
    button(at, "Ask this").click().run()
    assert room.wall(code, teacher).ballot == ballot_of(vote)
    assert "vote" not in at.query_params
    assert not at.expander[0].proto.expanded
    at = visit("70_Room", person=teacher, room=code, vote="no-such-vote")
    assert "no vote" in texts(at)
    assert not at.exception
