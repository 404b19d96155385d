"""core/exercises/moodle.py and bank_csv.py: the elements that Moodle documents, and texts that nothing can break."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.exercises import LEVELS
from core.exercises.bank_csv import COLUMNS, bank_csv
from core.exercises.convolution_bank import convolution_questions
from core.exercises.moodle import moodle_xml
from core.exercises.question_bank import Distractor, Question, Table
from core.exercises.shape_bank import shape_questions
from tests.core.exercises import read_bank

# MoodleDocs, "Moodle XML format", and Moodle's own importer, question/format/xml/format.php
COMMON = ["name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber"]
OF_FORM = {"multichoice": ["single", "shuffleanswers", "answernumbering", "showstandardinstruction"], "numerical": []}
FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}
# no control characters, which XML 1.0 can't hold, and none of the kinds of space that HTML takes for one
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@pytest.mark.parametrize("form", list(OF_FORM))
def test_each_question_has_the_documented_elements(form):
    data = moodle_xml(convolution_questions("convolution", "2", 0, 5, form), "Question 2")
    assert data.startswith(b"<?xml version=")
    assert data.isascii()
    assert b"encoding='utf-8'" in data.splitlines()[0]
    for element in list(ET.fromstring(data))[1:]:
        n_answers = len(element.findall("answer"))
        assert [child.tag for child in element] == [*COMMON, *OF_FORM[element.get("type")], *["answer"] * n_answers]
        for inside in element.iter():
            assert inside.get("format", "html") in FORMATS
        for answer in element.iter("answer"):
            assert answer.get("fraction") in ("0", "100")
            assert [child.tag for child in answer][:2] == ["text", "feedback"]
            assert [child.tag for child in answer][2:] == (["tolerance"] if element.get("type") == "numerical" else [])


def test_a_slash_in_the_category_begins_no_other():
    assert b"<text>$course$/top/Chalknet/And//or</text>" in moodle_xml([], "And/or")


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TEXTS, min_size=6, max_size=6))
def test_any_text_is_read_back_as_it_was(texts):
    name, cell, asked, key, wrong, feedback = texts
    table = Table("Table", ((cell,),))
    distractor = Distractor(wrong, ("some",), feedback)
    question = Question("code", name, "multichoice", (table,), asked, key, (distractor,), "so")
    _, (read,) = read_bank.questions_of_xml(moodle_xml([question], "Texts"))
    assert (read["name"], read["asked"], read["tables"]) == (name, asked, {"Table": [[cell]]})
    assert read["answers"] == [("100", key, "Right."), ("0", wrong, feedback)]


@pytest.mark.parametrize("kind", ["convolution", "pooling", "shapes"])
def test_a_spreadsheet_finds_numbers_and_words_and_no_formula(kind):
    for level in LEVELS if kind != "shapes" else "123":
        asked = (
            convolution_questions(kind, level, 0, 10, "numerical") if kind != "shapes" else shape_questions(level, 0, 5)
        )
        header, *lines = csv.reader(io.StringIO(bank_csv(asked)))
        assert tuple(header) == COLUMNS
        for line in lines:
            assert len(line) == len(COLUMNS)
            for name, cell in zip(header, line, strict=True):
                assert cell.isascii()
                assert cell.strip() == cell != ""
                if cell[0] in "=+-@(":
                    assert name == "solution" or float(cell) < 0
                assert cell[0] not in "=+-@" or float(cell) < 0
