"""Bets on the pages: asked before the press, in the folder before the first batch, judged at the end, and kept.

Those of Question 5 are in ``test_transfer.py``.
"""

import json

import pytest

from core import runs
from core.runs import bets, experiments
from core.runs.bets import AccuracyBet, CurveBet, IntervalBet, WinnerBet
from core.specs import CNNSpec, MLPSpec, RunSpec
from pages.shared.panels.bet_on_run import points, read_drawn

SMALL = {"n_train": "200", "n_test": "100", "n_epochs": "1", "batch_size": "64", "bet": "1"}
LESSONS = [
    ("1_Perceptron", "train", {"bet_on": "accuracy at the end", "bet_accuracy": "30 %", "H": "16"}, AccuracyBet(0.3)),
    ("1_Perceptron", "train", {"drawn": "2.10", "H": "16"}, CurveBet((1,), (2.1,))),
    ("3_CNN", "train", {"drawn": "1.50"}, CurveBet((1,), (1.5,))),
    ("4_Cross-validation", "start_folds", {"tab": "K folds", "bet_low": "5 %", "bet_high": "60 %", "n_folds": "2"},
     IntervalBet(0.05, 0.6)),
    ("6_Optimizers", "start_race", {"bet_winner": "Adam", "bet_margin": "3", "H": "16"}, WinnerBet("Adam", 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("page", "button", "bet", "due"), LESSONS, ids=lambda value: str(value)[:30])
def test_a_bet_is_asked_kept_and_judged(visit, texts, wait_until, page, button, bet, due):
    at = visit(page, **SMALL | {name: text for name, text in bet.items() if not name.startswith(("bet_", "drawn"))})
    assert not at.exception
    assert at.button(key=button).disabled, "first the bet"
    assert "Bet first" in texts(at)
    at = visit(page, **SMALL | bet)
    assert not at.exception
    assert not [warning.value for warning in at.warning]
    at.button(key=button).click().run()
    assert not at.exception
    folder = _folder(at)
    placed = bets.read(folder)
    assert placed.bet == due
    wait_until(lambda: _is_over(at), "it is over")
    at.run()
    said = texts(at)
    assert "Bet" in said
    assert "Why?" in [field.label for field in at.text_input]
    assert at.button(key=button).disabled, "the next one is bet anew"
    field = next(field for field in at.text_input if field.label == "Why?")
    field.input("I had *seen* it before").run()
    assert bets.read(folder).why == "I had *seen* it before"
    # Somebody else sees it and cannot change it
    told = at.query_params.to_dict() if hasattr(at.query_params, "to_dict") else dict(at.query_params)
    link = {name: text[0] if isinstance(text, list) else text for name, text in told.items()}
    other = visit(page, person="bob", **link)
    assert not other.exception
    assert "Why?" not in [field.label for field in other.text_input]
    assert "I had" in texts(other)


def _folder(at):
    told = dict(at.query_params)
    name = "run" if "run" in told else "experiment"
    thing = told[name][0] if isinstance(told[name], list) else told[name]
    return runs.open_run(thing).folder if name == "run" else experiments.open_experiment(thing).folder


def _is_over(at):
    folder = _folder(at)
    if folder.parent.name == "experiments":
        return experiments.open_experiment(folder.name).progress().is_over
    return runs.open_run(folder.name).status.is_finished


def test_without_the_switch_nothing_is_asked(visit, texts):
    at = visit("1_Perceptron", **SMALL | {"bet": "0"})
    assert not at.button(key="train").disabled
    assert "Bet first" not in texts(at)
    at.toggle(key="bet").set_value(True).run()
    assert at.button(key="train").disabled
    assert "1" in at.query_params["bet"]
    wrong = visit("1_Perceptron", **SMALL | {"bet": "maybe"})
    assert any("Bet first in the link is `maybe`; allowed is 1 or 0" in warning.value for warning in wrong.warning)


def test_an_interval_has_to_rise(visit, texts):
    at = visit("4_Cross-validation", **SMALL | {"tab": "K folds", "bet_low": "60 %", "bet_high": "50 %"})
    assert at.button(key="start_folds").disabled
    assert any("60% is above 50%" in warning.value for warning in at.warning)


def test_a_run_that_the_clock_ends_has_no_curve_to_draw(visit):
    at = visit("1_Perceptron", **SMALL | {"train_for": "seconds", "seconds": "1", "drawn": "2.0"})
    assert at.button(key="train").disabled
    at.select_slider(key="bet_accuracy").set_value(40).run()
    assert not at.button(key="train").disabled


@pytest.mark.parametrize("n_epochs", [1, 2, 7, 12, 13, 50, 1000])
def test_a_curve_has_a_point_for_the_last_epoch_and_few_in_all(n_epochs):
    epochs = points(n_epochs)
    assert epochs[-1] == n_epochs
    assert epochs == sorted(set(epochs))
    assert len(epochs) <= 12
    assert read_drawn(",".join(["2.00"] * len(epochs)), epochs) == CurveBet(tuple(epochs), (2.0,) * len(epochs))


@pytest.mark.parametrize("text", [None, "", "1,2", "a", "nan", "inf", "-1", "1;2", "1,2,3,4"])
def test_what_an_address_says_that_is_no_curve_of_these_epochs_is_none(text):
    assert read_drawn(text, [1, 2, 3]) is None


@pytest.mark.parametrize("model", [MLPSpec(H=16), CNNSpec()])
def test_a_bet_is_written_before_anybody_can_train(home, model):
    """The folder appears with the bet in it, as it appears at once."""
    run = runs.create(RunSpec(model=model), page="cnn", owner="ann", bet=AccuracyBet(0.5))
    assert json.loads((run.folder / bets.FILE_NAME).read_text())["kind"] == "accuracy"
    assert run.status.name == "queued"
