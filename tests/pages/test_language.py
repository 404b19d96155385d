"""French in the link: on every way through the lab, and no English left on Home, Questions 1 and 2."""

import re

import pytest
from read_pages import all_texts

from core.exercises import training_lines
from pages.shared.lessons import LESSONS
from pages.shared.panels.jobs import jobs
from pages.shared.words import language

FRENCH = [lesson for lesson in LESSONS if lesson.languages]
_ENGLISH = re.compile(r"\b(the|of|and|is|are|with|this|that|from|which|what|here|its|it|to|an|has|not|by|for|you|in)\b")
# Code, markup, styles, addresses and paths: in every language as they are
_NO_WORDS = re.compile(
    r"<style.*?</style>|<script.*?</script>|<[^>]*(?:class|style|src)=[^>]*>|</?\w+>|`[^`]*`|\$[^$]*\$|:material/\w+:"
    r"|https?://\S+|/[\w./+-]+", re.DOTALL
)  # fmt: skip
# Names, what is English in French handouts too, and code
ALLOWED = {"Test accuracy of", *(line.text for line in training_lines.LINES)}


def page_of(lesson):
    return None if lesson.key == "home" else lesson.file.removeprefix("pages/").removesuffix(".py")


def of_link(at, name):
    """A parameter of the address; None where it has none."""
    given = at.query_params.get(name)
    return given[0] if isinstance(given, list) else given


def english_in(at):
    """Texts with an English word, or that stand in a catalogue as English with another French."""
    known = language.catalogue("fr")
    left = set()
    for text in all_texts(at) - ALLOWED:
        words = _NO_WORDS.sub(" ", text)
        if _ENGLISH.search(words.lower()) or known.get(text.strip(), text.strip()) != text.strip():
            left.add(text)
    return left


@pytest.mark.parametrize("lesson", FRENCH, ids=lambda lesson: lesson.key)
def test_a_page_in_french_has_no_english_left(visit, lesson):
    at = visit(page_of(lesson), lang="fr")
    assert not at.exception
    assert len(all_texts(at)) > 20
    assert english_in(at) == set()
    assert at.title[0].value != visit(page_of(lesson)).title[0].value or lesson.key == "home"


@pytest.mark.parametrize("tab", ["Learn", "Network", "Results", "Code", "Compare", "In order", "Handout"])
def test_each_tab_of_question_1_is_french(visit, tab):
    at = visit("1_Perceptron", lang="fr", tab=tab)
    assert not at.exception
    assert not at.warning or tab == "Handout"
    assert english_in(at) == set()
    assert of_link(at, "tab") == tab


def test_a_run_from_its_button_to_its_results_is_french(visit, new_run, wait_until):
    at = visit("1_Perceptron", lang="fr", n_train="200", n_test="100", n_epochs="2", H="16", judges_training="true")
    at.button(key="train").click().run()
    assert not at.exception
    assert english_in(at) == set()
    run_id = of_link(at, "run")

    def over():
        at.run()
        return not any(button.key == "stop" for button in at.button)

    wait_until(over, "the run is over")
    assert english_in(at) == set()
    assert any("lots de 32" in caption.value for caption in at.caption)
    for tab in ("Results", "Code", "Compare"):
        there = visit("1_Perceptron", lang="fr", tab=tab, run=run_id)
        assert not there.exception
        assert english_in(there) == set(), tab


ORDERS = ["gabcdefhijklmn", "abcdfeghijklmn", "abcdefhijkglmn", "acbdefghijklmn", "abcdehgfijklmn"]


@pytest.mark.parametrize("lines", ORDERS)
def test_a_checked_order_of_lines_is_french(visit, wait_until, lines):
    """One that adds gradients up, one without outputs, a right one, sums that begin anew, one without a loss."""
    at = visit("1_Perceptron", lang="fr", tab="In order", lines=lines)
    at.button(key="order_check").click().run()
    job = jobs().of("order", "ann")
    wait_until(lambda: job is None or job.state != "running", "the lines have been run")
    at.run()
    assert not at.exception
    assert english_in(at) == set()
    assert at.warning or at.success


@pytest.mark.parametrize("example", ["handout_b", "channels", "edges", "picture"])
def test_each_example_of_question_2_is_french(visit, example):
    at = visit("2_Convolution", lang="fr")
    at.selectbox(key="convolution_example").set_value(example).run()
    assert not at.exception
    assert english_in(at) == set()


@pytest.mark.parametrize("code", ["convolution.a.0.1", "convolution.3.7.4", "pooling.2.5.2"])
def test_the_exercises_are_french(visit, code):
    at = visit("2_Convolution", lang="fr", view="Do it yourself", exercise=code)
    assert not at.exception
    assert not at.warning
    assert english_in(at) == set()


def test_it_goes_along_from_page_to_page_and_ends_by_its_button(visit):
    at = visit(lang="fr")
    for lesson in LESSONS[1:]:
        at.query_params.clear()  # as the sidebar's links are
        at.switch_page(lesson.file).run()
        assert not at.exception
        assert of_link(at, "lang") == "fr", lesson.key
    at.switch_page("pages/1_Perceptron.py").run()
    assert at.title[0].value == "1. Perceptron multicouche"
    at.button(key="language_button").click().run()
    assert of_link(at, "lang") is None
    assert at.title[0].value == "1. Multi-layer perceptron"
    at.button(key="language_button").click().run()
    assert of_link(at, "lang") == "fr"
    assert at.title[0].value == "1. Perceptron multicouche"


def test_what_was_set_stays_when_the_language_changes(visit):
    at = visit("1_Perceptron", tab="Network", H="64", train_for="seconds", seconds="7")
    at.slider(key="H").set_value(96).run()
    at.button(key="language_button").click().run()
    assert not at.exception
    assert not at.warning
    assert at.slider(key="H").value == 96
    assert at.slider(key="seconds").value == 7
    assert {name: of_link(at, name) for name in ("lang", "tab", "H", "train_for", "seconds")} == {
        "lang": "fr", "tab": "Network", "H": "96", "train_for": "seconds", "seconds": "7",
    }  # fmt: skip


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if not lesson.languages], ids=lambda one: one.key)
def test_a_page_without_french_stays_english_and_says_so(visit, lesson):
    at = visit(page_of(lesson), lang="fr")
    assert not at.exception
    assert at.title[0].value == lesson.heading
    assert "Cette page n'existe pas encore en français\u202f; elle reste en anglais." in [c.value for c in at.caption]
    assert at.button(key="language_button").label == "English"


@pytest.mark.parametrize("page", ["1_Perceptron", "3_CNN"])
def test_a_value_that_can_not_be_is_complained_about(visit, page):
    at = visit(page, lang="banana")
    assert not at.exception
    said = "The language in the link is `banana`; allowed is en or fr. It is English now."
    assert [each.value for each in at.warning] == [said]


def test_english_by_name_is_english(visit):
    at = visit("1_Perceptron", lang="en")
    assert not at.warning
    assert at.title[0].value == "1. Multi-layer perceptron"


def test_the_tooltips_and_settings_are_french(visit):
    at = visit("1_Perceptron", lang="fr")
    rate = at.select_slider(key="learning_rate")
    assert rate.label == "Taux d'apprentissage"
    assert rate.help == "Le facteur de chaque itération\u00a0: de combien les poids sont déplacés contre le gradient."


def test_the_link_from_a_run_to_its_page_takes_the_language_along(visit, new_run):
    run = new_run()
    at = visit("90_Runs", lang="fr", present="1", tab="Run", runs=run.id)
    assert not at.exception
    to_page = next(link.proto for link in at.get("page_link") if link.proto.page.endswith("Perceptron"))
    assert {"lang=fr", "present=1", f"run={run.id}"} <= set(to_page.query_string.split("&"))
