"""core/lab/teacher: the key makes a teacher, guessing is slow, nobody else is one."""

import re

import pytest

from core.lab import teacher as teachers
from core.lab.errors import NotYoursError
from core.lab.teacher import Teacher, TeacherKeyError

KEY = "correct horse battery"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def teacher(clock):
    return Teacher(KEY, clock)


def test_who_has_the_key_is_the_teacher_until_they_leave(teacher):
    assert not teacher.is_teacher("ann")
    teacher.admit(f"  {KEY}\n", "ann")
    teacher.must_be("ann")
    assert not teacher.is_teacher("bob")
    teacher.leave("ann")
    with pytest.raises(NotYoursError, match="Only the teacher can do this"):
        teacher.must_be("ann")


@pytest.mark.parametrize("wrong", ["", " ", KEY[:-1], KEY + "x", KEY.upper(), "é\x00", "x" * 100_000])
def test_a_wrong_key_gets_a_sentence(teacher, wrong):
    with pytest.raises(TeacherKeyError, match="not the teacher's key"):
        teacher.admit(wrong, "ann")
    assert not teacher.is_teacher("ann")


def test_nobody_without_a_key_of_their_own_is_the_teacher(teacher):
    with pytest.raises(TeacherKeyError):
        teacher.admit(KEY, "")
    assert not teacher.is_teacher("")


def test_who_guesses_is_slowed_down_and_the_right_key_has_to_wait_too(teacher, clock):
    for _ in range(teachers.TRIES):
        with pytest.raises(TeacherKeyError, match="not the teacher's key"):
            teacher.admit("a wrong one", "ann")
    with pytest.raises(TeacherKeyError, match=r"Too many keys were tried just now\. Try again in 5 s"):
        teacher.admit(KEY, "ann")
    assert not teacher.is_teacher("ann")
    teacher.admit(KEY, "bob")  # ann's guessing does not lock him out
    clock.now += teachers.SECONDS_PER_TRY
    teacher.admit(KEY, "ann")


def test_a_new_cookie_for_each_guess_does_not_help(teacher, clock):
    refused = 0
    for number in range(1000):
        with pytest.raises(TeacherKeyError) as error:
            teacher.admit("a wrong one", f"person {number}")
        refused += "Too many" in str(error.value)
        clock.now += 0.01
    assert 1000 - refused <= teachers.ALL_TRIES + 10 / teachers.SECONDS_PER_ALL


def test_a_made_up_key_is_told_and_a_given_one_is_not():
    made_up = Teacher()
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", made_up.made_up)
    made_up.admit(made_up.made_up, "ann")
    assert made_up.is_teacher("ann")
    assert Teacher().made_up != made_up.made_up
    given = Teacher(KEY)
    assert given.made_up == ""
    assert KEY not in str(vars(given))


def test_a_key_that_can_be_guessed_is_refused():
    with pytest.raises(TeacherKeyError, match="has 6 letters; it needs at least 8"):
        Teacher("secret")
