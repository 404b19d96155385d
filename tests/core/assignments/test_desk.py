"""Where assignments and answers lie."""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.assignments import desk, submission, working
from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.tasks import WordsTask
from core.lab.paths import HOME_VARIABLE

ONE = Assignment(title="One", tasks=(WordsTask(text="Why?"), WordsTask(text="And why?")))
OTHER = Assignment(title="Other", tasks=(WordsTask(text="Why not?"),))
PEOPLE = st.sampled_from(["ada", "ben"])
WORK = st.sampled_from([ONE, OTHER])


def test_a_code_finds_what_was_set(home):
    assert desk.find(desk.publish(ONE).lower()) == ONE
    desk.publish(OTHER)
    assert desk.published() == [ONE, OTHER]
    desk.withdraw(ONE.code)
    with pytest.raises(AssignmentError, match="No assignment"):
        desk.find(ONE.code)


def test_a_file_that_was_changed_is_not_found_under_its_code(home):
    desk.publish(ONE)
    path = desk.folder() / f"{ONE.code}.json"
    path.write_text(path.read_text().replace("Why?", "Who?"))
    with pytest.raises(AssignmentError, match="was changed"):
        desk.find(ONE.code)


@pytest.mark.parametrize("code", ["", "../../etc", "ABC", "I0O1I0O1", "x" * 300])
def test_what_is_no_code_is_told(home, code):
    with pytest.raises(AssignmentError, match="no assignment's code"):
        desk.find(code)


def test_another_name_is_another_variant_and_keeps_what_is_said_in_words(home):
    desk.begin("ada", ONE, "Ada")
    desk.answer("ada", ONE.code, 1, {"text": "Because."})
    desk.answer("ada", ONE.code, 2, {"cells": {"0,0": "1"}})
    assert desk.begin("ada", ONE, "ADA").answers == {1: {"text": "Because."}, 2: {"cells": {"0,0": "1"}}}
    assert desk.begin("ada", ONE, "Ben").answers == {1: {"text": "Because."}}


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_names_and_answers_are_for_the_labs_own_user_alone(home):
    desk.begin("ada", ONE, "Ada")
    desk.answer("ada", ONE.code, 1, {"text": "Because."})
    desk.hand_in("ada", ONE.code, submission.make(ONE, "Ada", {1: {"text": "Because."}}, {}))
    written = [path for path in desk.folder().rglob("*") if path.is_file()]
    assert len(written) == 3  # what is worked on, the answers, what was handed in
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


def test_nobody_answers_without_having_begun(home):
    with pytest.raises(AssignmentError, match="don't work"):
        desk.answer("ada", ONE.code, 1, {"text": "x"})


class People(RuleBasedStateMachine):
    """Two people and two assignments, against plain dictionaries."""

    def __init__(self):
        super().__init__()
        self.answers = {}
        self.current = {}

    @rule(person=PEOPLE, work=WORK)
    def begin(self, person, work):
        desk.begin(person, work, person)
        self.answers.setdefault((person, work.code), {})
        self.current[person] = work.code

    @rule(person=PEOPLE, work=WORK, number=st.integers(1, 2), text=st.text(max_size=10))
    def answer(self, person, work, number, text):
        if (person, work.code) in self.answers:
            desk.answer(person, work.code, number, {"text": text})
            self.answers[person, work.code][number] = {"text": text}

    @rule(person=PEOPLE)
    def leave(self, person):
        desk.leave(person)
        self.current.pop(person, None)

    @rule(person=PEOPLE, work=WORK)
    def forget(self, person, work):
        desk.forget(person, work.code)
        self.answers.pop((person, work.code), None)
        if self.current.get(person) == work.code:
            del self.current[person]

    @invariant()
    def everybody_has_their_own(self):
        for person in ("ada", "ben"):
            now = desk.current(person)
            assert (working.stamp(person) != 0) == (person in self.current)
            if person in self.current:
                assert now.assignment.code == self.current[person]
                assert now.answers == self.answers[person, now.assignment.code]
            else:
                assert now is None


def test_two_people_do_not_meet(tmp_path_factory, monkeypatch):
    class Fresh(People):
        def __init__(self):
            super().__init__()
            monkeypatch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))

    Fresh.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
    Fresh.TestCase().runTest()
