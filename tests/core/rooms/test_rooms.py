"""A room: who may do what, what each sees, and that no answer is lost."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.errors import ChalknetError, NotYoursError
from core.rooms import database, room, seat
from core.rooms.ballot import FIRST, SECOND, SHOWN, TALK, Ballot
from core.rooms.codes import LENGTH, LETTERS, RoomError, new_code, read_code

ASKED = Ballot("What has 5 x 5 left of 7 x 7?", ("3 x 3", "5 x 5", "7 x 7"), 0, "7 - 5 + 1 = 3", "conv-size-1")


@pytest.fixture
def code(home):
    """A room of the teacher "tea" with Ann and Ben."""
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person, f" {person.title()} ")
    return code


def test_a_vote_from_the_question_to_what_it_was(code):
    room.ask(code, "tea", ASKED)
    seat.answer(code, "ann", 1, 1)
    seat.answer(code, "ben", 1, 1)
    seat.answer(code, "ben", 1, 2)  # changes his mind
    assert room.wall(code, "tea").first == (0, 1, 1)
    assert room.wall(code, "tea").n_answers == 2
    room.go_on(code, "tea", TALK)
    room.go_on(code, "tea", SECOND)
    assert room.wall(code, "tea").n_answers == 0
    seat.answer(code, "ann", 1, 0)
    seat.answer(code, "ben", 1, 0)
    room.go_on(code, "tea", SHOWN)
    seen = seat.view(code, "ann")
    assert (seen.first, seen.second, seen.mine) == ((0, 1, 1), (2, 0, 0), (1, 0))
    assert seen.ballot == ASKED
    assert room.shift(code, "tea") == {(1, 0): 1, (2, 0): 1}


@pytest.mark.parametrize("phase", [FIRST, TALK, SECOND])
def test_before_it_is_shown_a_student_sees_only_the_own_answer(code, phase):
    room.ask(code, "tea", ASKED)
    seat.answer(code, "ben", 1, 0)
    for step in (TALK, SECOND)[: (FIRST, TALK, SECOND).index(phase)]:
        room.go_on(code, "tea", step)
    seen = seat.view(code, "ann")
    assert (seen.phase, seen.first, seen.second, seen.mine) == (phase, (), (), (None, None))
    assert seen.ballot == replace(ASKED, right=None, why="", code="")


def test_what_comes_late_does_not_count(code):
    with pytest.raises(RoomError, match="too late"):
        seat.answer(code, "ann", 1, 0)  # nothing was asked
    room.ask(code, "tea", ASKED)
    room.go_on(code, "tea", TALK)
    with pytest.raises(RoomError, match="too late"):
        seat.answer(code, "ann", 1, 0)
    room.ask(code, "tea", ASKED)
    with pytest.raises(RoomError, match="too late"):
        seat.answer(code, "ann", 1, 0)  # of the vote before
    seat.answer(code, "ann", 2, 0)
    room.pause(code, "tea", True)
    with pytest.raises(RoomError, match="paused"):
        seat.answer(code, "ann", 2, 1)
    room.pause(code, "tea", False)
    with pytest.raises(RoomError, match="number 4 is none"):
        seat.answer(code, "ann", 2, 3)
    with pytest.raises(RoomError, match="no seat"):
        seat.answer(code, "eve", 2, 1)
    room.close(code, "tea")
    with pytest.raises(RoomError, match="closed"):
        seat.answer(code, "ann", 2, 1)
    with pytest.raises(RoomError, match="closed"):
        seat.join(code, "eve")
    assert room.wall(code, "tea").first == (1, 0, 0)


def test_a_vote_goes_forward_only(code):
    with pytest.raises(RoomError, match="no vote"):
        room.go_on(code, "tea", TALK)
    room.ask(code, "tea", ASKED)
    with pytest.raises(RoomError, match="does not come next"):
        room.go_on(code, "tea", SECOND)
    room.go_on(code, "tea", SHOWN)
    for phase in (FIRST, TALK, SECOND, SHOWN):
        with pytest.raises(RoomError, match="does not come next"):
            room.go_on(code, "tea", phase)


def test_nobody_else_acts_as_the_teacher(code):
    room.ask(code, "tea", ASKED)
    acts = [
        lambda who: room.ask(code, who, ASKED), lambda who: room.go_on(code, who, SHOWN),
        lambda who: room.pause(code, who, True), lambda who: room.show_names(code, who, True),
        lambda who: room.send_to(code, who, "/CNN"), lambda who: room.close(code, who),
        lambda who: room.delete(code, who), lambda who: room.wall(code, who), lambda who: room.shift(code, who),
    ]  # fmt: skip
    before = room.wall(code, "tea")
    for act in acts:
        for who in ("ann", "eve", ""):
            with pytest.raises(NotYoursError):
                act(who)
    assert room.wall(code, "tea") == before


def test_two_rooms_do_not_see_each_other(code):
    other = room.open_room("tom")
    seat.join(other, "ann")
    room.ask(code, "tea", ASKED)
    room.ask(other, "tom", ASKED)
    seat.answer(code, "ann", 1, 1)
    assert room.wall(other, "tom").first == (0, 0, 0)
    assert seat.view(other, "ann").mine == (None, None)
    assert (room.rooms_of("tea"), room.rooms_of("tom")) == ([code], [other])
    with database.reading() as db:
        marks = [row["mark"] for row in db.execute("SELECT mark FROM seats")]
        assert len(set(marks)) == 3  # the same person is another mark in another room
        kept = "".join(str(tuple(row)) for table in ("rooms", "seats", "votes", "answers")
                       for row in db.execute(f"SELECT * FROM {table}"))  # fmt: skip
    assert not any(f"'{person}'" in kept for person in ("ann", "ben", "tea", "tom"))


def test_names_are_shown_only_if_the_teacher_wants(code):
    assert room.wall(code, "tea").names == ()
    room.show_names(code, "tea", True)
    assert room.wall(code, "tea").names == ("Ann", "Ben")
    seat.join(code, "ann")  # without a name now
    assert room.wall(code, "tea").names == ("Ben",)
    assert room.wall(code, "tea").n_seats == 2
    for name in ("x" * 25, "a\x00b"):
        with pytest.raises(RoomError, match="24 letters"):
            seat.join(code, "ann", name)


def test_who_leaves_is_forgotten_and_a_deleted_room_with_all_that_was_in_it(code):
    room.ask(code, "tea", ASKED)
    seat.be_ready(code, "ann", True)
    assert room.wall(code, "tea").n_ready == 1
    for person in ("ann", "ben"):
        seat.answer(code, person, 1, 0)
    seat.leave(code, "ann")
    assert (room.wall(code, "tea").first, room.wall(code, "tea").n_ready) == ((1, 0, 0), 0)
    assert not seat.is_in(code, "ann")
    assert seat.is_in(code, "ben")
    room.delete(code, "tea")
    assert not seat.is_in(code, "ben")
    with database.reading() as db:
        assert [db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
                for table in ("rooms", "seats", "votes", "answers")] == [0] * 4  # fmt: skip


def test_a_room_that_nobody_uses_is_deleted_after_a_month(code):
    with database.writing() as db:
        db.execute("UPDATE rooms SET used = used - ?", (database.KEPT_DAYS * 86_400 + 60,))
    other = room.open_room("tea")
    assert room.rooms_of("tea") == [other]
    with pytest.raises(RoomError, match="no room"):
        seat.join(code, "ann")


def test_everybody_is_sent_to_a_page_of_this_lab_only(code):
    room.send_to(code, "tea", "/CNN?learning_rate=0.01&tab=Inside")
    room.send_to(code, "tea", "/CNN?learning_rate=0.01&tab=Inside")
    seen = seat.view(code, "ann")
    assert (seen.address, seen.n_sent) == ("/CNN?learning_rate=0.01&tab=Inside", 2)
    evil = "https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil.example", "", "/" + 4000 * "a"
    for address in evil:
        with pytest.raises(RoomError, match="pages of this lab"):
            room.send_to(code, "tea", address)


def test_there_are_limits(home, monkeypatch):
    monkeypatch.setattr(room, "MOST_OPEN", 2)
    monkeypatch.setattr(seat, "MOST_SEATS", 2)
    code, _ = room.open_room("tea"), room.open_room("tea")
    with pytest.raises(RoomError, match="2 rooms open"):
        room.open_room("tea")
    room.open_room("tom")
    seat.join(code, "ann")
    seat.join(code, "ben")
    with pytest.raises(RoomError, match="full"):
        seat.join(code, "eve")
    seat.join(code, "ann", "Ann")  # has a seat already
    with pytest.raises(RoomError, match="no cookies"):
        seat.join(code, "")


def test_a_class_that_answers_at_once_is_counted_whole(code):
    class_ = [f"student {i}" for i in range(40)]
    with ThreadPoolExecutor(len(class_)) as pool:
        list(pool.map(lambda person: seat.join(code, person), class_))
        room.ask(code, "tea", ASKED)
        list(pool.map(lambda i: seat.answer(code, class_[i], 1, i % 3), range(40)))
    assert room.wall(code, "tea").first == (14, 13, 13)


def test_a_lab_that_is_killed_in_mid_vote_has_lost_no_answer(code, home):
    room.ask(code, "tea", ASKED)
    answering = textwrap.dedent(f"""
        from core.rooms import seat
        for i in range(100_000):
            seat.join({code!r}, f"student {{i}}") if i < 400 else None
            seat.answer({code!r}, f"student {{i % 400}}", 1, i % 3)
            print(i, i % 3, flush=True)
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", answering], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"CHALKNET_HOME": str(home)},
    )  # fmt: skip
    said = [process.stdout.readline().split() for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    said += [line.split() for line in process.stdout if line.endswith("\n")]
    process.wait()
    last = {int(i) % 400: int(option) for i, option in said}
    for i, option in list(last.items())[:-1]:  # of the last one more may have been answered than was said
        assert seat.view(code, f"student {i}").mine == (option, None)
    assert seat.view(code, "ann").mine == (None, None)
    seat.answer(code, "ann", 1, 2)  # and the file is whole


def test_a_file_that_is_none_is_told(code):
    database.path().write_bytes(b"no database" * 1_000)
    for suffix in ("-wal", "-shm"):
        database.path().with_name(f"rooms.db{suffix}").unlink(missing_ok=True)
    with pytest.raises(RoomError, match=r"rooms\.db.* can't be used"):
        room.rooms_of("tea")


def test_a_code_is_read_as_people_type_it():
    code = new_code()
    assert (len(code), set(code) <= set(LETTERS)) == (LENGTH, True)
    assert read_code(f" {code[:2].upper()}-{code[2:]} ") == code


@given(st.text(max_size=30))
def test_what_is_no_code_is_told_so(text):
    typed = "".join(text.lower().replace("-", " ").split())
    if len(typed) == LENGTH and set(typed) <= set(LETTERS):
        assert read_code(text) == typed
    else:
        with pytest.raises(RoomError, match="no room's code"):
            read_code(text)


@pytest.mark.parametrize(
    ("question", "options", "right"),
    [
        ("", ("a", "b"), None), ("?", ("a",), None), ("?", tuple("abcdefg"), None), ("?", ("a", "a"), None),
        ("?", ("a", " "), None), ("?", ("a", "b"), 2), ("?", ("a", "b"), -1), ("?" * 601, ("a", "b"), None),
    ],
)  # fmt: skip
def test_a_ballot_that_can_not_be_is_told_so(question, options, right):
    with pytest.raises(ChalknetError):
        Ballot(question, options, right)


def test_a_ballot_is_kept_as_it_is():
    assert Ballot.from_json(ASKED.to_json()) == ASKED
