"""The one file that is handed in, read with distrust."""

import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import runs
from core.assignments import desk, submission
from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.tasks import RunTask, WordsTask
from core.assignments.variant import seed_of
from core.engine.worker import execute
from core.receipts.receipt import as_trained, script
from core.runs import bets
from core.runs.bets import AccuracyBet
from core.specs import DataSpec, RunSpec, parse_run_spec

ASSIGNMENT = Assignment(title="T", tasks=(RunTask(text="Train."), WordsTask(text="Why?")))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def run(home):
    spec = RunSpec(data=DataSpec(n_train=200, n_test=100), n_epochs=2, random_state=seed_of(ASSIGNMENT, "Ada"))
    made = runs.create(spec, page="perceptron", owner="ada", bet=AccuracyBet(0.3))
    execute(str(made.folder), lambda event: None)
    return made


@pytest.fixture
def text(run):
    return submission.make(ASSIGNMENT, " Ada ", {2: {"text": "Because."}}, {1: run})


def test_it_holds_what_was_trained_and_said(run, text):
    told = submission.read(text.encode())
    assert (told.student, told.seed, told.is_whole) == ("Ada", seed_of(ASSIGNMENT, "ada"), True)
    assert told.assignment == ASSIGNMENT
    assert told.answers == {2: {"text": "Because."}}
    record = told.runs[1]
    assert [epoch["train_loss"] for epoch in record["epochs"]] == [e["train_loss"] for e in run.history().epochs]
    assert parse_run_spec(record["spec"]) == as_trained(run)
    assert record["receipt"] == script(as_trained(run))
    assert bets.from_json(record["bet"]) == AccuracyBet(0.3)
    assert record["bet_made"] <= record["created"] + 60
    assert record["envelope"]["opened"] == []


def test_the_hash_is_sha256_of_the_rest(text):
    content = json.loads(text)
    rest = {name: value for name, value in content.items() if name != "hash"}
    made = hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert content["hash"] == made


def test_a_change_shows_and_another_layout_does_not(text):
    content = json.loads(text)
    assert submission.read(json.dumps(content).encode()).is_whole
    content["runs"]["1"]["epochs"][-1]["test_accuracy"] = 0.99
    assert not submission.read(json.dumps(content).encode()).is_whole


@given(st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_a_sentence(data):
    content = json.loads(submission.make(ASSIGNMENT, "Ada", {2: {"text": "x"}}, {}))
    place = data.draw(st.sampled_from(sorted(content)))
    content[place] = data.draw(ANYTHING)
    with contextlib.suppress(AssignmentError):
        submission.read(json.dumps(content).encode())


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"kind": "bill"}'])
def test_what_is_none_is_refused(torn):
    with pytest.raises(AssignmentError):
        submission.read(torn)


def test_a_half_written_file_is_torn(text):
    with pytest.raises(AssignmentError, match="torn"):
        submission.read(text[: len(text) // 2].encode())


def test_what_is_too_large_is_refused_unread():
    with pytest.raises(AssignmentError, match="at most"):
        submission.read(b" " * (submission.MOST_BYTES + 1))


def test_an_older_format_says_what_to_do(text):
    with pytest.raises(AssignmentError, match="Hand it in again"):
        submission.read(json.dumps(json.loads(text) | {"format": 0}).encode())


def test_the_box_takes_one_file_of_a_person(home, text):
    desk.begin("ada", ASSIGNMENT, "Ada")
    for _ in range(2):
        desk.hand_in("ada", ASSIGNMENT.code, text)
    assert len(desk.handed_in(ASSIGNMENT.code)) == 1
    assert desk.current("ada").handed_in is not None
    with pytest.raises(AssignmentError, match="was not handed in"):
        desk.hand_in("ada", ASSIGNMENT.code, text.replace("Because", "Perhaps"))
    desk.forget("ada", ASSIGNMENT.code)
    assert desk.handed_in(ASSIGNMENT.code) == []
    assert desk.current("ada") is None
