"""The tab "In order" of Questions 1 and 4: shuffles of links, verdicts, runs beside a right order, progress."""

import json

import pytest
from drawn import drawn
from wrong_orders import FOLDS, TRAINING, WRONG, moved

from core.exercises.loop_order import as_letters, shuffled
from core.lab import progress
from pages.shared.panels.in_order_work import checked_orders
from pages.shared.panels.jobs import jobs

PAGES = {TRAINING: "1_Perceptron", FOLDS: "4_Cross-validation"}


def lines_of(at):
    """What the list of lines is given."""
    (data,) = [json.loads(each.proto.json) for each in drawn(at) if each.proto.component_name.startswith("line_order")]
    return data


@pytest.fixture(autouse=True)
def _nothing_was_checked():
    """By another test, for the same person."""
    checked_orders.clear()


@pytest.fixture
def open_tab(visit):
    return lambda puzzle, **parameters: visit(PAGES[puzzle], tab="In order", **parameters)


@pytest.fixture
def check(wait_until):
    """Presses the button and waits for what is run; returns the page."""

    def press(at):
        at.button(key="order_check").click().run()
        assert not at.exception
        job = jobs().of("order", "ann")
        if job is not None:
            wait_until(lambda: job.state != "running", "the lines have been run")
            assert job.state == "done", job.error
        return at.run()

    return press


@pytest.mark.parametrize("puzzle", PAGES, ids=lambda puzzle: puzzle.key)
def test_a_link_has_its_shuffle_and_its_order(open_tab, puzzle):
    assert lines_of(open_tab(puzzle))["order"] == list(shuffled(puzzle, 1))
    assert lines_of(open_tab(puzzle, shuffle="77"))["order"] == list(shuffled(puzzle, 77))
    order = moved(puzzle, [(puzzle.lines[3].key, None)])
    assert lines_of(open_tab(puzzle, shuffle="77", lines=as_letters(order)))["order"] == order


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"shuffle": "x"}, "The shuffle in the link is `x`"),
        ({"shuffle": "-1"}, "a whole number from 0 to 999,999"),
        ({"shuffle": "9" * 5000}, "a whole number from 0 to 999,999"),
        ({"shuffle": "1000000"}, "a whole number from 0 to 999,999"),
        ({"shuffle": "²"}, "a whole number from 0 to 999,999"),
        ({"lines": "import os"}, "each of the 14 lines once"),
        ({"lines": ""}, "each of the 14 lines once"),
        ({"lines": "abc"}, "each of the 14 lines once"),
    ],
    ids=str,
)
def test_a_wrong_link_is_said_and_shows_the_first_shuffle(open_tab, parameters, said):
    at = open_tab(TRAINING, **parameters)
    assert not at.exception
    assert said in at.warning[0].value
    assert lines_of(at)["order"] == list(shuffled(TRAINING, 1))
    assert not at.run().warning  # once


def test_buttons_shuffle_anew_and_lead_back(open_tab):
    at = open_tab(TRAINING, lines=as_letters(TRAINING.right))
    at.button(key="order_again").click().run()
    assert lines_of(at)["order"] == list(shuffled(TRAINING, 1))
    at.button(key="order_new").click().run()
    given = at.query_params["shuffle"]
    seed = int(given[0] if isinstance(given, list) else given)
    assert lines_of(at)["order"] == list(shuffled(TRAINING, seed))


@pytest.mark.parametrize(
    ("puzzle", "key", "shown"),
    [
        (TRAINING, "zero_outside", "losses differ from those of a right order"),
        (TRAINING, "sums_begin_each_batch", "what is printed is not"),
        (FOLDS, "scored_on_training", "the scores are others"),
        (FOLDS, "told_each_fold", "what is printed is not"),
    ],
    ids=lambda given: getattr(given, "key", None),
)
def test_a_wrong_order_gets_its_hint_and_is_run_beside_a_right_one(open_tab, check, texts, puzzle, key, shown):
    at = open_tab(puzzle, lines=as_letters(moved(puzzle, WRONG[puzzle][key])))
    assert not at.warning
    at = check(at)
    assert not at.exception
    assert [warning.value.replace("\\", "") for warning in at.warning] == [puzzle.hints()[key]]
    assert not at.success
    said = texts(at)
    assert shown in said
    assert "A right order prints" in "".join(str(block.proto) for block in at.get("html"))
    assert any(expander.label.startswith("Health") for expander in at.expander)
    known = progress.read("ann")["order"]
    assert (known.n_answers, known.solved, known.met) == (1, frozenset(), {key: 1})


def test_what_python_refuses_shows_its_own_error_and_where(open_tab, check, texts):
    order = moved(TRAINING, WRONG[TRAINING]["loss_before_outputs"])
    at = check(open_tab(TRAINING, lines=as_letters(order)))
    assert "`NameError: name 'outputs' is not defined`" in [markdown.value for markdown in at.markdown]
    assert lines_of(at)["raised"] == 4
    assert "Python comes to line 5 and says:" in texts(at)


@pytest.mark.parametrize("puzzle", PAGES, ids=lambda puzzle: puzzle.key)
def test_any_right_order_passes_and_does_the_same(open_tab, check, texts, puzzle):
    other = moved(puzzle, [("zero", "reshape")] if puzzle is TRAINING else [("scores", "all"), ("model", "scale")])
    at = check(open_tab(puzzle, shuffle="5", lines=as_letters(other)))
    assert [success.value for success in at.success] == ["In order: each line has above it what it needs."]
    assert not at.warning
    assert "equal, bit for bit" in texts(at)
    assert progress.read("ann")["order"].solved == {f"{puzzle.key}.5"}


def test_what_was_checked_is_there_after_a_reload_and_only_for_that_person(open_tab, check, visit):
    letters = as_letters(moved(TRAINING, WRONG[TRAINING]["zero_between"]))
    check(open_tab(TRAINING, lines=letters))
    again = open_tab(TRAINING, lines=letters)
    assert again.warning
    assert progress.read("ann")["order"].n_answers == 1
    assert not visit("1_Perceptron", person="bob", tab="In order", lines=letters).warning


def test_a_page_of_a_data_set_that_has_too_few_pictures_says_what_it_runs_on(visit, monkeypatch, texts):
    monkeypatch.setattr("core.exercises.loop_pictures.FEWEST", 10**6)
    at = visit("1_Perceptron", tab="In order")
    assert not at.exception
    assert "The lines run on Shapes-10" in texts(at)
