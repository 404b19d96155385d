"""The glossary: each term that is used has one definition, each definition is used, none stands a second time."""

import ast
import html
import re
from pathlib import Path

import pytest

from pages.shared.lessons import LESSONS
from pages.shared.words.glossary import GLOSSARY, definition
from pages.shared.words.terms import with_terms

PAGES = Path(__file__).parents[4] / "pages"
CALLS = [
    node
    for path in PAGES.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call)
]


def name_of(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def literal(node):
    """The text of a literal, also inside ``say(...)``."""
    if isinstance(node, ast.Call) and name_of(node) == "say" and node.args:
        return literal(node.args[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


ASKED = {literal(call.args[0]) for call in CALLS if name_of(call) == "definition"} - {None}


def test_each_term_that_is_used_has_a_definition_and_each_definition_is_used():
    used = {word for lesson in LESSONS for word in lesson.words}
    assert used | ASKED <= set(GLOSSARY)
    assert set(GLOSSARY) <= used


def test_every_definition_is_one_short_text_with_a_source():
    said = [term.definition for term in GLOSSARY.values()]
    assert len(set(said)) == len(said)
    for name, term in GLOSSARY.items():
        assert term.definition.endswith("."), name
        assert len(term.definition) < 200, name
        assert term.source, name


def test_a_setting_that_is_called_by_a_term_is_explained_by_its_definition():
    """So that no second definition stands beside it, in other words."""
    names = set(GLOSSARY) | {"epochs", "batch size"}
    others = []
    for call in CALLS:
        label = literal(call.args[0]) if call.args else None
        helped = next((word.value for word in call.keywords if word.arg == "help"), None)
        if label and label.lower() in names and helped is not None and "definition(" not in ast.unparse(helped):
            others.append((label, ast.unparse(helped)))
    said_through_a_name = {("Epochs", "explained"), ("Pooling", "explained")}
    assert set(others) <= said_through_a_name


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_a_lesson_names_its_terms_once_in_the_order_of_a_dictionary(lesson):
    assert list(lesson.words) == sorted(set(lesson.words), key=str.lower)


def test_a_term_is_marked_where_it_comes_first_and_in_its_plural():
    said = with_terms("One epoch, two epochs; the Batches.")
    assert said.count('class="term"') == 2
    assert re.sub(r"<[^>]*>", "", said) == "One epoch, two epochs; the Batches."
    shown = html.escape(definition("epoch"), quote=True)
    assert f'tabindex="0" role="note" aria-label="epoch: {shown}" data-says="{shown}">epoch</span>, two epochs' in said


def test_the_longer_term_wins():
    assert ">batch normalization</span>" in with_terms("batch normalization")
    assert with_terms("batch normalization").count("<span") == 1


@pytest.mark.parametrize(
    "text", ["`epoch`", "$epoch$", "[epoch](https://example.org/epoch)", ":material/filter:", "pre-epoch", "lossless"]
)
def test_code_formulas_links_and_parts_of_words_are_left_alone(text):
    assert with_terms(text) == text


def test_only_the_terms_that_are_named_are_marked():
    assert with_terms("A step of an epoch.", ["epoch"]).count("<span") == 1
    assert with_terms("A step of an epoch.", []) == "A step of an epoch."
