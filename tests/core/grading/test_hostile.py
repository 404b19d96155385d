"""Whatever stands in a file: it is marked, or told in a sentence, and never an exception."""

import copy
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.engine import calibration
from core.grading import marking
from core.grading.files import GradingError, read_uploads
from core.grading.kept import Kept, as_json, from_json
from core.grading.pages_of_students import files_of
from tests.core.grading.conftest import ASSIGNMENT, Classroom, packed, signed

SIMPLE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from([
        10**400, -(10**30), 1e308, float("nan"), float("-inf"), "=cmd()", "../../etc/passwd", "<script>x</script>",
        "\x00\ud800", "9" * 500, "1,2,3", "-1", "run", "train", "fold", "transfer", "resnet18", "cnn", "cuda",
    ]),
)  # fmt: skip
ANY = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def honest(classroom):
    return Classroom.honest(classroom, "Ada")


def places(value, path=()):
    """All places of a JSON value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


def put(told, path, value):
    """A copy with another value in a place."""
    if not path:
        return value
    made = copy.deepcopy(told)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return made


def mark(*files):
    """Mark without training, with all that is written."""
    pairs = [(f"{number}.json", data) for number, data in enumerate(files)]
    prepared = marking.prepare(read_uploads(pairs), calibration.load(), wanted=ASSIGNMENT, sample=0)
    prepared.orders.clear()  # those that something is wrong with would be trained
    book = marking.mark(prepared)
    assert not [m for row in book.rows for m in row.marks if "could not mark" in m.reason]
    for name, text in files_of(book).items():
        assert text.encode()
        assert name.endswith(".csv") or "<script" not in text
    assert len(book.rows) + len(book.left) == len(files)
    kept = Kept(book)
    assert from_json(json.loads(json.dumps(as_json(kept)))) == kept
    return book


@settings(max_examples=400)
@given(data=st.data(), value=ANY, is_signed=st.booleans())
def test_anything_in_any_place(honest, data, value, is_signed):
    told = put(honest, data.draw(st.sampled_from(list(places(honest)))), value)
    if is_signed and isinstance(told, dict):
        told = signed(told)
    mark(packed(told), packed(honest | {"student": "Bob"}))


@settings(max_examples=150)
@given(data=st.data(), answer=ANY)
def test_any_answer_to_any_task(honest, data, answer):
    number = data.draw(st.sampled_from(sorted(honest["answers"])))
    mark(packed(signed(honest | {"answers": honest["answers"] | {number: answer}})))


@settings(max_examples=100)
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"[" * 5_000)
@example(b'{"kind": "chalknet submission", "format": 1}')
def test_any_bytes(classroom, data):
    mark(data)


def test_deep_nesting_in_every_place(honest):
    """JSON is read from the text: what is too deep for that is refused, and what is not is marked."""
    for depth in (50, 500, 900, 100_000):
        for path in (("spec",), ("bet",), ("epochs",), ("result",), ("id",)):
            told = put(honest, ("runs", "1", *path), "@@")
            mark(json.dumps(told).replace('"@@"', "[" * depth + "]" * depth).encode())
        told = put(honest, ("answers", "4"), "@@")
        mark(json.dumps(told).replace('"@@"', '{"a":' * depth + "1" + "}" * depth).encode())


def test_a_name_that_no_seed_can_be_made_of(honest):
    book = mark(json.dumps(signed(honest | {"student": "\ud800"})).encode())
    assert "can't be written" in book.left[0].told


def test_halves_of_letters_are_shown_as_such(honest):
    """JSON can hold them; what a page is made of can't."""
    answers = honest["answers"] | {"3": {"text": "a\ud800b"}, "6": {"disease": "x", "evidence": "\udfff"}}
    answers["4"] = {"cells": {"0,0": "\ud800"}}
    book = mark(packed(signed(honest | {"answers": answers})))
    assert book.rows[0].marks[2].words == "a?b"
    for one in book.rows[0].marks:
        assert all(text.encode() for text in (one.words, one.reason) if text)
        assert all(part.given.encode() for part in one.parts if part.given)


def test_without_any_file_it_is_told():
    with pytest.raises(GradingError, match="No file"):
        marking.prepare([], None)
