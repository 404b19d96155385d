"""An assignment as a file, a link and a code."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assignments.assignment import (
    MOST_BYTES,
    Assignment,
    AssignmentError,
    SetSetting,
    from_json,
    from_link,
    read_code,
    to_json,
    to_link,
)
from core.assignments.tasks import BetTask, ConvolutionTask, PatientTask, RunTask, ShapeTask, WordsTask

TEXT = st.text(min_size=1, max_size=60).filter(str.strip)
POINTS = st.floats(0, 100, allow_nan=False)
TASKS = st.one_of(
    st.builds(RunTask, text=TEXT, points=POINTS, page=st.sampled_from(["perceptron", "cnn"]), goal=st.floats(0, 1)),
    st.builds(WordsTask, text=TEXT, points=POINTS, rubric=st.text(max_size=50)),
    st.builds(ConvolutionTask, text=TEXT, level=st.sampled_from("123"), stage=st.integers(1, 3)),
    st.builds(ShapeTask, text=TEXT, level=st.sampled_from("23")),
    st.builds(PatientTask, text=TEXT),
)
ASSIGNMENTS = st.builds(
    Assignment,
    title=TEXT,
    text=st.text(max_size=200),
    tasks=st.lists(TASKS, min_size=1, max_size=8).map(tuple),
    settings=st.lists(
        st.builds(SetSetting, name=st.from_regex(r"[a-z_]{1,20}", fullmatch=True), text=st.text(max_size=20)),
        max_size=5, unique_by=lambda one: one.name,
    ).map(tuple),
    own_seed=st.booleans(),
)  # fmt: skip


@given(ASSIGNMENTS)
def test_a_file_and_a_link_give_the_assignment_and_its_code_again(assignment):
    for again in (from_json(to_json(assignment)), from_link(to_link(assignment))):
        assert again == assignment
        assert again.code == assignment.code
    assert read_code(assignment.code.lower()) == assignment.code


@given(ASSIGNMENTS, st.sampled_from(["title", "own_seed", "points", "setting"]))
def test_what_is_changed_is_another_assignment(assignment, what):
    told = assignment.model_dump(mode="json")
    match what:
        case "title":
            told["title"] = told["title"][:100] + "x"
        case "own_seed":
            told["own_seed"] = not told["own_seed"]
        case "points":
            told["tasks"][0]["points"] = (told["tasks"][0]["points"] + 1) % 100
        case "setting":
            told["settings"] = [*told["settings"], {"name": "a_name_of_more_than_20_letters", "text": "1"}]
    assert from_json(json.dumps(told)).code != assignment.code


@given(ASSIGNMENTS, st.data())
def test_a_cut_link_is_refused(assignment, data):
    link = to_link(assignment)
    with pytest.raises(AssignmentError):
        from_link(link[: data.draw(st.integers(0, len(link) - 1))])


def test_a_link_that_would_unpack_to_gigabytes_is_refused_unread():
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * (50 * MOST_BYTES), 9)).decode()
    assert len(bomb) < MOST_BYTES
    with pytest.raises(AssignmentError, match="whole"):
        from_link(bomb)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tasks": []}, "tasks"),
        ({"tasks": [{"kind": "exec", "text": "x"}]}, "kind"),
        ({"tasks": [{"kind": "words", "text": ""}]}, "text"),
        ({"tasks": [{"kind": "words", "text": "x", "points": 1000}]}, "points"),
        ({"tasks": [{"kind": "bet", "text": "x", "run": 1}]}, "which is no run"),
        ({"until": "soon"}, "until is 'soon'"),
        ({"colour": "red"}, "no setting of the lab"),
        ({"settings": [{"name": "H", "text": "1"}, {"name": "H", "text": "2"}]}, "twice"),
        ({"settings": [{"name": "a b", "text": "1"}]}, "allowed are letters"),
        ({"page": "../../etc"}, "allowed are small letters"),
    ],
)
def test_what_is_no_assignment_is_told_in_a_sentence(change, sentence):
    told = Assignment(title="T", tasks=(WordsTask(text="Why?"),)).model_dump(mode="json")
    with pytest.raises(AssignmentError, match=sentence):
        from_json(json.dumps(told | change))


def test_a_bet_stands_on_a_run():
    tasks = (WordsTask(text="Why?"), RunTask(text="Train."), BetTask(text="Bet.", run=2))
    assert Assignment(title="T", tasks=tasks).points == 3
