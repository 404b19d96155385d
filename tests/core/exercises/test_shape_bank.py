"""Question banks of the shape doctor, read back from the files: keys by modules that are really run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exercises.bank_csv import bank_csv
from core.exercises.moodle import moodle_xml
from core.exercises.question_bank import MOST_DISTRACTORS
from core.exercises.shape_bank import shape_questions
from core.exercises.shape_mistakes import HINTS
from core.exercises.shapes import HANDOUT, LEVELS, MAX_SEED
from tests.core.exercises import read_bank


def value(text, like):
    return int(text) if isinstance(like, int) else read_bank.sizes_in(text)


def holds(question):
    key = read_bank.key_of(question)
    (right,) = [text for fraction, text, _ in question["answers"] if fraction == "100"]
    wrong = [(text, feedback) for fraction, text, feedback in question["answers"] if fraction == "0"]
    assert value(right, key) == key
    assert len(question["answers"]) == 1 + len(wrong)
    assert 2 <= len(wrong) <= MOST_DISTRACTORS
    assert len({value(text, key) for text, _ in wrong} | {key}) == 1 + len(wrong)
    assert len({feedback for _, feedback in wrong}) == len(wrong)
    assert all(any(hint in feedback for hint in HINTS.values()) for _, feedback in wrong)


@pytest.mark.parametrize("level", [*LEVELS, HANDOUT])
def test_both_files_read_back_have_torchs_keys(level):
    questions = shape_questions(level, 0, 20)
    category, of_xml = read_bank.questions_of_xml(moodle_xml(questions, "Shapes"))
    of_csv = read_bank.questions_of_csv(bank_csv(questions))
    assert category == "$course$/top/Chalknet/Shapes"
    assert len(of_xml) == len(of_csv) == len(questions) > 10
    for one, other in zip(of_xml, of_csv, strict=True):
        assert {name: one[name] for name in other} == other
        holds(one)
    for told_apart in ("name", "code"):
        assert len({question[told_apart] for question in of_xml}) == len(of_xml)


@settings(max_examples=15, deadline=None)
@given(level=st.sampled_from(list(LEVELS)), seed=st.integers(0, MAX_SEED))
def test_any_seed_gives_questions_with_torchs_keys(level, seed):
    for question in read_bank.questions_of_xml(moodle_xml(shape_questions(level, seed, 1), "Shapes"))[1]:
        holds(question)


def test_the_same_seeds_give_the_same_bytes():
    files = [moodle_xml(shape_questions("2", first, 2), "Shapes") for first in (3, 3, 4)]
    assert files[0] == files[1] != files[2]


def test_a_question_shows_no_layer_behind_the_one_that_is_asked():
    """Its arguments would tell what came in."""
    for question in shape_questions("2", 0, 5):
        names = [name for name, _ in question.tables[1].rows]
        assert names[-1] in question.asked
        assert "?" in question.tables[1].rows[0][1]
