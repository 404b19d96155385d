"""The record of a vote: what it refuses, and what running it gives."""

import dataclasses

import pytest

from core.votes.vote import LESSONS, Measured, Option, Outcome, Vote, VoteError
from pages.shared.lessons import QUESTIONS

OPTIONS = (Option("4"), Option("5", "Counted from the fence's posts.", "Measured here: five posts"))
GOOD = Vote("sum-1", "cnn", "2 + 2?", OPTIONS, 0, "It is four.", lambda random_state: Outcome(f"{2 + 2}"))


def test_the_lessons_are_the_handouts_questions():
    assert tuple(lesson.key for lesson in QUESTIONS) == LESSONS


def test_running_gives_the_option_that_the_outcome_names():
    def compute(random_state):
        return Outcome(f"{random_state}", (Measured("sum", random_state),))

    vote = dataclasses.replace(GOOD, compute=compute, has_luck=True)
    assert [vote.run(seed).winner for seed in (4, 5)] == [0, 1]
    assert vote.run(5).outcome.measured == (Measured("sum", 5),)
    with pytest.raises(VoteError, match="The lab's answer is '6'; the options are '4', '5'"):
        vote.run(6)


def test_an_own_vote_is_not_run():
    own = Vote("own-1", "cnn", "Which first?", (Option("a"), Option("b")), None)
    assert own.is_own
    assert own.is_opinion
    assert not GOOD.is_own
    assert not GOOD.is_opinion
    with pytest.raises(VoteError, match="nothing in it can be run"):
        own.run()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "Sum 1"}, "code is of small letters"),
        ({"lesson": "physics"}, "lesson is 'physics'; allowed are perceptron"),
        ({"question": " "}, "The question is empty"),
        ({"question": "a" * 501}, "has 501 letters; allowed are 500"),
        ({"question": "two\nlines"}, "can't be printed"),
        ({"question": "turned \u202e round"}, "can't be printed"),
        ({"why": ""}, "The why is empty"),
        ({"options": OPTIONS[:1]}, "has 1 option; allowed are 2 to 5"),
        ({"options": OPTIONS * 3}, "has 6 options; allowed are 2 to 5"),
        ({"options": (OPTIONS[0], Option(" 4 ", "x", "y"))}, "Options 1 and 2 are the same"),
        ({"options": (OPTIONS[0], Option("", "x", "y"))}, "Option 2 is empty"),
        ({"options": (OPTIONS[0], Option("5"))}, "option 2 is wrong and needs a misconception"),
        ({"options": (OPTIONS[0], Option("5", "x"))}, "option 2 is wrong and needs a misconception and its source"),
        ({"key": 1}, "is right and has a misconception|is wrong and needs"),
        ({"key": 2}, "The key is option 3; the vote has 2 options"),
        ({"key": -1}, "The key is option 0"),
        ({"key": None}, "state the key"),
    ],
)
def test_what_is_wrong_is_said(changes, sentence):
    with pytest.raises(VoteError, match=sentence):
        dataclasses.replace(GOOD, **changes)
