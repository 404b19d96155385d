"""Is this overfitting? Sorting curves, dials, and what is noted of a person; on curves that were put on the shelf.

The runs themselves are trained in tests/core/exercises; one test here trains by the button.
"""

import dataclasses

import pytest

from core import datasets
from core.exercises.short_runs import N_SEEDS, Curves, Recipe
from core.exercises.sorting import ANSWERS, HINTS, RECIPES, in_order, intended
from core.exercises.verdict import verdict
from core.lab import progress
from pages.bug_clinic import sorter
from pages.bug_clinic.short_training import shelf
from pages.shared.panels.jobs import jobs
from tests.pages.made_curves import made

PAGE, TAB = "7_Bug_clinic", "Is this overfitting?"


@pytest.fixture
def filled(home):
    """A lab in which all ten have been trained; what their curves are is made up."""
    shelf.clear()
    info = datasets.info("shapes10")
    for key, recipe in RECIPES.items():
        for seed in range(N_SEEDS):
            shelf()._put(recipe.cut(info).key("shapes10", seed), made(key, seed))
    yield
    shelf.clear()
    sorter._given.clear()


def place_of(key, order=0):
    return str(in_order(order).index(key) + 1)


@pytest.mark.parametrize("key", RECIPES)
def test_what_was_made_up_has_its_label(key):
    reached = [made("fine_wide", seed).test_accuracy[-1] for seed in range(N_SEEDS)]
    assert verdict([made(key, seed) for seed in range(N_SEEDS)], reached).label == intended(key)


def headlines(at):
    return "".join(element.proto.body for element in at.get("html"))


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_gets_its_label_its_evidence_and_its_hint(visit, filled, texts, answer):
    at = visit(PAGE, tab=TAB, sorting_run=place_of("overfit_few"))
    assert not at.exception
    assert "300 training and 500 test pictures" in texts(at)
    hidden = "Test loss is lowest at epoch 1"
    assert hidden not in texts(at)
    at.button(key=f"sort_{answer}").click().run()
    assert not at.exception
    assert hidden in texts(at)
    said = [text for text in HINTS.values() if text in texts(at)]
    noted = progress.read("ann")["overfitting"]
    if answer == "overfit":
        assert "Right: overfitting." in headlines(at)
        assert (said, noted.met, len(noted.solved)) == ([], {}, 1)
    else:
        assert "No: overfitting." in headlines(at)
        assert said == [HINTS[answer, "overfit"]]
        assert (noted.met, len(noted.solved)) == ({f"{answer}_for_overfit": 1}, 0)


def test_an_answer_is_found_by_a_reload_and_nobody_elses(visit, filled, texts):
    at = visit(PAGE, tab=TAB)
    at.button(key="sort_fine").click().run()
    assert "1 of 10 sorted" in texts(visit(PAGE, tab=TAB))
    assert "1 of 10 sorted" not in texts(visit(PAGE, tab=TAB, person="ben"))
    assert "1 of 10 sorted" not in texts(visit(PAGE, tab=TAB, sorting_order="7"))


def test_all_ten_in_turn(visit, filled, texts):
    at = visit(PAGE, tab=TAB, sorting_order="5")
    for key in in_order(5):
        at.button(key=f"sort_{intended(key)}").click().run()
        assert not at.exception
        if key != in_order(5)[-1]:
            at.button(key="next_run").click().run()
    assert "10 of 10 sorted, 10 of them right." in texts(at)
    assert at.query_params["sorting_run"] in ("10", ["10"])
    assert len(progress.read("ann")["overfitting"].solved) == 10


def test_a_new_order_begins_at_its_first(visit, filled):
    at = visit(PAGE, tab=TAB, sorting_run="4")
    at.button(key="new_order").click().run()
    assert not at.exception
    assert "sorting_run" not in at.query_params
    assert "sorting_order" in at.query_params


def test_where_the_seeds_show_something_else_they_count(visit, filled, texts):
    info = datasets.info("shapes10")
    for seed in range(N_SEEDS):
        shelf()._put(RECIPES["underfit_short"].cut(info).key("shapes10", seed), made("fine_narrow", seed))
    at = visit(PAGE, tab=TAB, sorting_run=place_of("underfit_short"))
    at.button(key="sort_fine").click().run()
    assert "Right: fine." in headlines(at)
    assert "It was made to show: underfitting. On Shapes-10 the seeds show otherwise" in texts(at)


def test_what_can_not_be_told_is_nobodys_mistake(visit, filled):
    info = datasets.info("shapes10")
    for seed in range(N_SEEDS):
        run = made("noise_40", seed)
        wild = dataclasses.replace(run, test_accuracy=(0.9,) * 9 + ((0.1, 0.9, 0.1, 0.9, 0.5)[seed],))
        shelf()._put(RECIPES["noise_40"].cut(info).key("shapes10", seed), wild)
    at = visit(PAGE, tab=TAB, sorting_run=place_of("noise_40"))
    at.button(key="sort_bug").click().run()
    assert "This one can't be told." in headlines(at).replace("&#x27;", "'")
    assert progress.read("ann")["overfitting"].met == {}


def test_losses_that_are_no_numbers_are_told(visit, filled, texts):
    info, nan = datasets.info("shapes10"), float("nan")
    for seed in range(N_SEEDS):
        gone = Curves((nan,), (0.1,), (nan,), (nan,), 500, 10, {})
        shelf()._put(RECIPES["bug_still"].cut(info).key("shapes10", seed), gone)
    at = visit(PAGE, tab=TAB, sorting_run=place_of("bug_still"))
    assert not at.exception
    assert "There is no loss to draw" in texts(at)
    at.button(key="sort_bug").click().run()
    assert not at.exception
    assert "In 5 of 5 seeds the loss is no longer a number." in texts(at)


@pytest.mark.parametrize(
    "parameters", [{"sorting_run": "11"}, {"sorting_order": "-1"}, {"noise": "99"}, {"pictures": "x"}, {"width": "3"}]
)
def test_wrong_values_in_the_address_are_complained_about(visit, filled, parameters):
    at = visit(PAGE, tab=TAB, **parameters)
    assert not at.exception
    assert len(at.warning) == 1


def test_a_set_of_too_few_pictures_has_shapes_instead(visit, filled, texts):
    at = visit(PAGE, tab=TAB, dataset="Digits", n_train="100", n_test="100")
    assert not at.exception
    n = datasets.info("digits").n_train
    assert ("These are of Shapes-10." in texts(at)) == (n < 1_500)


def small(monkeypatch):
    """All of them with few pictures: what a button trains is over at once."""
    tiny = {key: Recipe(n_train=64 + i, n_test=20, H=4, n_epochs=2) for i, key in enumerate(RECIPES)}
    monkeypatch.setattr("pages.bug_clinic.sorter.RECIPES", tiny)
    return tiny


def test_the_ten_train_by_a_press_and_are_there_for_the_next(visit, home, texts, wait_until, monkeypatch):
    small(monkeypatch)
    shelf.clear()
    at = visit(PAGE, tab=TAB)
    assert "0 of 50 runs are there." in texts(at)
    assert not [button for button in at.button if button.key and button.key.startswith("sort_")]
    at.button(key="train_ten").click().run()
    job = jobs().of("short_runs", "ann")
    wait_until(lambda: job.state != "running", "the ten are trained")
    assert job.error == ""
    at.run()
    assert not at.exception
    assert at.button(key="sort_bug")
    shelf.clear()  # another app with the same folder
    other = visit(PAGE, tab=TAB, person="ben")
    assert other.button(key="sort_bug")
    assert not [button for button in other.button if button.key == "train_ten"]


def test_dials_train_by_a_press_alone(visit, filled, texts, wait_until, monkeypatch):
    monkeypatch.setattr("pages.bug_clinic.dials.N_EPOCHS", 2)
    at = visit(PAGE, tab=TAB, pictures="100", width="2")
    at.select_slider(key="noise").set_value(60).run()
    assert jobs().of("short_runs", "ann") is None
    assert "5 of 10 runs are there" in texts(at)
    at.button(key="train_dials").click().run()
    job = jobs().of("short_runs", "ann")
    wait_until(lambda: job.state != "running", "five seeds are trained")
    assert job.error == ""
    at.run()
    assert not at.exception
    assert "60% of them wrong" in texts(at)
    assert "By the same rule as above, 5 seeds." in headlines(at)
    assert at.query_params["noise"] in ("60 %", ["60 %"])


def test_a_full_disk_is_said(visit, home, texts, monkeypatch, wait_until):
    small(monkeypatch)
    shelf.clear()
    (home / "exercises").write_text("a file where the folder should be")
    at = visit(PAGE, tab=TAB)
    at.button(key="train_ten").click().run()
    job = jobs().of("short_runs", "ann")
    wait_until(lambda: job.state != "running", "the ten are trained")
    at.run()
    assert "These curves stay until the app ends." in texts(at)
    assert at.button(key="sort_bug")
    shelf.clear()
