"""Marks as they are kept: the same after a round trip, and points that belong to one submission each."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assignments.assignment import Assignment
from core.assignments.tasks import ConvolutionTask, RunTask, WordsTask
from core.grading.checks import Note
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, row_of, unmarked
from core.grading.kept import Given, Kept, as_json, from_json, marked_anew
from core.grading.task_mark import Part, mark_of

RUN, WORDS, CELLS = (
    RunTask(text="Train.", points=4, goal=0.5), WordsTask(text="Why?", points=3, rubric="a < b"),
    ConvolutionTask(text="By hand.", points=2),
)  # fmt: skip
ASSIGNMENT = Assignment(title="How wide?", tasks=(RUN, WORDS, CELLS), until="2036-12-24T18:00")
ADA, BOB = ("ada", 2), ("bob", 2)

TEXT = st.text(max_size=30)
FLAGS = st.booleans()
PARTS = st.lists(st.builds(Part, TEXT, TEXT, FLAGS, TEXT), max_size=3).map(tuple)
NOTES = st.lists(st.builds(Note, TEXT, FLAGS, FLAGS), max_size=3).map(tuple)
SHARES = st.none() | st.floats(0, 1)
MARKS = st.tuples(SHARES, TEXT, PARTS, TEXT, FLAGS).map(
    lambda one: tuple(
        mark_of(number, task, one[0], one[1], parts=one[2], words=one[3], is_doubted=one[4])
        for number, task in ASSIGNMENT.numbered()
    )
)
ROWS = st.lists(st.builds(row_of, TEXT, TEXT, MARKS, NOTES, TEXT), max_size=3)
BOOKS = st.builds(Gradebook, st.just(ASSIGNMENT), ROWS, st.lists(st.builds(unmarked, TEXT, TEXT, TEXT), max_size=2))
GIVEN = st.lists(st.builds(Given, TEXT, st.integers(1, 3), st.floats(0, 4), TEXT), max_size=3).map(tuple)
ALL_KEPT = st.builds(Kept, BOOKS, GIVEN, st.lists(TEXT, max_size=2).map(tuple))


def row(student, content):
    marks = (mark_of(1, RUN, 1.0, "It is so."), mark_of(2, WORDS, None, "", words=content))
    return row_of(f"{student}.json", student, marks, (), f"hash of {content}")


def book(**contents):
    return Gradebook(ASSIGNMENT, [row(student, content) for student, content in contents.items()], [])


@given(ALL_KEPT)
def test_what_is_kept_is_read_back(kept):
    assert from_json(json.loads(json.dumps(as_json(kept)))) == kept


@given(ALL_KEPT, st.data())
def test_anything_in_any_place_of_the_file_is_read_or_told(kept, data):
    told = json.loads(json.dumps(as_json(kept)))
    inside, key = told, data.draw(st.sampled_from(sorted(told)))
    while isinstance(inside[key], dict | list) and inside[key] and data.draw(st.booleans()):
        inside = inside[key]
        key = data.draw(st.sampled_from(sorted(inside) if isinstance(inside, dict) else range(len(inside))))
    inside[key] = data.draw(st.none() | TEXT | st.integers() | st.lists(TEXT, max_size=2) | st.just({}))
    with contextlib.suppress(GradingError):
        assert len(from_json(told).marked.table().columns) > 5


@pytest.mark.parametrize(
    ("told", "sentence"),
    [(None, "no marks of the lab"), ([], "no marks"), ({"kind": "chalknet submission"}, "no marks"),
     ({"kind": "chalknet marks", "format": 2}, "format '2'; this lab reads 1"),
     ({"kind": "chalknet marks", "format": 1}, "was changed"),
     ({"kind": "chalknet marks", "format": 1, "marks": {"book": {}}}, "was changed")],
)  # fmt: skip
def test_what_is_something_else_is_told(told, sentence):
    with pytest.raises(GradingError, match=sentence):
        from_json(told)


def test_points_are_given_changed_and_taken_back():
    kept = Kept(book(Ada="so", Bob="no")).with_given(ADA, 2.0).with_given(ADA, 2.5).with_given(BOB, 1.0)
    assert kept.points == {ADA: 2.5, BOB: 1.0}
    assert [one.points for one in kept.marked.rows] == [6.5, 5]
    assert kept.with_given(ADA, None).points == {BOB: 1.0}
    with pytest.raises(GradingError, match="no such student"):
        kept.with_given(("eve", 2), 1.0)


def test_points_of_the_same_submission_stay_and_those_of_a_changed_one_are_dropped_and_told():
    before = Kept(book(Ada="so", Bob="no")).with_given(ADA, 2.5).with_given(BOB, 1.0)
    after = marked_anew(book(Ada="so", Bob="yes", Cleo="well"), before)
    assert after.points == {ADA: 2.5}
    assert after.told == (
        "The submission has changed since points were given, and these were dropped: Bob (task 2: 1).",
    )  # fmt: skip
    assert marked_anew(after.book, after).told == ()


def test_who_is_not_there_now_keeps_the_points_until_the_same_submission_is_back():
    before = Kept(book(Ada="so", Bob="no")).with_given(BOB, 1.0)
    without = marked_anew(book(Ada="so"), before)
    assert without.points == {}
    assert without.marked.troubles == ()
    assert without.told == ("These points are kept, but no submission of theirs is here now: Bob (task 2: 1).",)
    assert marked_anew(book(Ada="so", Bob="no"), without).points == {BOB: 1.0}
    assert marked_anew(book(Ada="so", Bob="yes"), without).points == {}


def test_points_that_are_all_given_anew_count_and_old_ones_for_a_changed_submission_are_told():
    before = Kept(book(Ada="so", Bob="no")).with_given(ADA, 2.5).with_given(BOB, 1.0)
    now = book(Ada="other", Bob="other")
    after = marked_anew(now, before, {ADA: 2.5, BOB: 2.0, ("eve", 2): 1.0})
    assert after.points == {ADA: 2.5, BOB: 2.0}
    assert after.told == (
        "The submission has changed since these points were given. Look whether they still hold: Ada (task 2: 2.5).",
    )  # fmt: skip
    assert marked_anew(now, replace(before, given=()), {}).points == {}
