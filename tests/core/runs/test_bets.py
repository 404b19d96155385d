"""Bets: what is kept is what was bet, before the first batch; verdicts against plain arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import runs
from core.lab.rates import Rate
from core.runs import bets
from core.runs.bet_verdicts import (
    accuracy_verdict,
    bet_told,
    curve_verdict,
    interval_verdict,
    labels_verdict,
    order_verdict,
    winner_verdict,
)
from core.runs.bets import AccuracyBet, BetError, CurveBet, IntervalBet, LabelsBet, OrderBet, WinnerBet
from core.runs.outcome import Entrant
from core.specs import RunSpec

SHARES = st.floats(0, 1)
CURVES = st.lists(st.floats(0, 1e6), min_size=1, max_size=12).map(
    lambda losses: CurveBet(tuple(range(1, len(losses) + 1)), tuple(losses))
)
NAMES = st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=5, unique=True)
BETS = st.one_of(
    CURVES,
    st.builds(AccuracyBet, SHARES),
    st.tuples(SHARES, SHARES).map(lambda ends: IntervalBet(*sorted(ends))),
    NAMES.map(lambda names: OrderBet(tuple(names))),
    st.builds(LabelsBet, st.none() | st.integers(1, 500)),
    st.builds(WinnerBet, st.text(max_size=20), st.floats(0, 100)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bet=BETS, why=st.text(max_size=60))
def test_what_is_placed_is_what_is_read(bet, why, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    bets.place(folder, bet)
    placed = bets.read(folder)
    assert placed.bet == bet
    assert bet_told(placed.bet).startswith("Bet")
    bets.say_why(folder, why)
    assert bets.read(folder) == bets.Placed(bet, placed.made, " ".join(why.split()))
    with pytest.raises(BetError, match="already"):
        bets.place(folder, AccuracyBet(0.5))
    assert bets.read(folder).bet == bet


def test_a_bet_comes_before_the_first_batch(home):
    run = runs.create(RunSpec(), page="perceptron", owner="ann")
    (run.folder / "history.jsonl").write_text('{"step": 1, "loss": 2.3}\n')
    with pytest.raises(BetError, match="before the first batch"):
        bets.place(run.folder, AccuracyBet(0.5))
    assert bets.read(run.folder) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"kind": "accuracy", "accuracy": 2, "made": 1, "why": ""}', '{"kind": "moon"}',
     '{"kind": "curve", "epochs": [2, 1], "losses": [1, 2], "made": 1, "why": ""}',
     '{"kind": "curve", "epochs": [1], "losses": ["a"], "made": 1, "why": ""}',
     '{"kind": "winner", "name": "a", "margin": NaN, "made": 1, "why": ""}'],
)  # fmt: skip
def test_a_damaged_bet_is_none(tmp_path, text):
    (tmp_path / bets.FILE_NAME).write_text(text)
    assert bets.read(tmp_path) is None


def test_why_is_one_line_and_needs_a_bet(tmp_path):
    with pytest.raises(BetError, match="no bet"):
        bets.say_why(tmp_path, "because")
    bets.place(tmp_path, AccuracyBet(0.5))
    with pytest.raises(BetError, match="at most 300"):
        bets.say_why(tmp_path, "x" * 301)
    bets.say_why(tmp_path, "one\ntwo")
    assert bets.read(tmp_path).why == "one two"


@given(said=st.lists(st.floats(0, 10), min_size=1, max_size=8), n_trained=st.integers(0, 8), data=st.data())
def test_a_curve_is_judged_over_the_epochs_that_both_have(said, n_trained, data):
    got = data.draw(st.lists(st.floats(0, 10), min_size=n_trained, max_size=n_trained))
    bet = CurveBet(tuple(range(1, len(said) + 1)), tuple(said))
    told = curve_verdict(bet, [{"epoch": i + 1, "train_loss": loss} for i, loss in enumerate(got)])
    n = min(len(said), n_trained)
    if n == 0:
        assert told == "No epoch of the bet was trained: it can't be judged."
        return
    off = np.abs(np.array(said[:n]) - got[:n]).mean()
    assert f"off by {off:.2f} per epoch; after epoch {n} it says {said[n - 1]:.2f}, the run {got[n - 1]:.2f}." in told


def test_a_loss_that_is_no_number_is_not_compared():
    epochs = [{"epoch": 1, "train_loss": 2.0}, {"epoch": 2, "train_loss": math.nan}]
    assert "after epoch 1 it says 2.50, the run 2.00" in curve_verdict(CurveBet((1, 2), (2.5, 1.0)), epochs)
    assert "can't be judged" in curve_verdict(CurveBet((2,), (1.0,)), epochs)


@pytest.mark.parametrize(
    ("share", "rate", "due"),
    [
        (0.55, Rate(482, 1000), "55.0 %, the run 48.2 %: 6.8 percentage points too high."),
        (0.40, Rate(482, 1000), "40.0 %, the run 48.2 %: 8.2 percentage points too low."),
        (0.482, Rate(482, 1000), "exactly."),
        (0.55, Rate(6, 12), "5.0 percentage points too high. So few pictures can't tell the two apart."),
        (0.95, Rate(6, 12), "45.0 percentage points too high."),
        (0.5, None, "did not come to its end"),
    ],
)
def test_an_accuracy_is_judged_and_few_pictures_are_said_to_be_few(share, rate, due):
    told = accuracy_verdict(AccuracyBet(share), rate)
    assert told.endswith(due) or due in told
    assert ("So few" in told) == ("So few" in due)


@given(ends=st.tuples(SHARES, SHARES).map(sorted), accuracies=st.lists(SHARES, min_size=1, max_size=10))
def test_an_interval_counts_the_folds_in_it(ends, accuracies):
    told = interval_verdict(IntervalBet(*ends), accuracies, len(accuracies))
    assert told.startswith(f"{sum(ends[0] <= a <= ends[1] for a in accuracies)} of {len(accuracies)} folds l")
    assert "finished folds (of 11)" in interval_verdict(IntervalBet(*ends), accuracies, 11)
    assert "can't be judged" in interval_verdict(IntervalBet(*ends), [], 5)


def test_only_pairs_that_can_be_told_apart_count():
    entrants = [Entrant("a", Rate(900, 1000)), Entrant("b", Rate(890, 1000)), Entrant("c", Rate(500, 1000))]
    assert order_verdict(OrderBet(("b", "a", "c")), entrants) == (
        "2 of 3 pairs can be told apart by 95 % intervals; the bet has 2 of them in the right order."
    )
    assert "has 0 of them" in order_verdict(OrderBet(("c", "a", "b")), entrants)
    assert "nothing to win or lose" in order_verdict(OrderBet(("b", "a")), entrants)
    assert "can't be judged" in order_verdict(OrderBet(("a", "d")), [Entrant("a", Rate(1, 2)), Entrant("d", None)])


def test_a_winner_needs_a_race_that_has_one():
    clear = [Entrant("Adam", Rate(900, 1000)), Entrant("SGD", Rate(700, 1000)), Entrant("Lost", None, "diverged")]
    close = [Entrant("Adam", Rate(705, 1000)), Entrant("SGD", Rate(700, 1000))]
    assert winner_verdict(WinnerBet("Adam", 5), clear) == (
        "Right: Adam comes first; the margin is 20.0 percentage points, the bet says 5."
    )
    assert winner_verdict(WinnerBet("SGD", 5), clear).startswith("Wrong: Adam comes first")
    assert winner_verdict(WinnerBet("SGD", 1), close).startswith("No winner can be told; SGD is not the one")
    assert "can't be judged" in winner_verdict(WinnerBet("SGD", 1), close[:1])


def test_labels_are_right_or_not():
    assert labels_verdict(LabelsBet(10), 10, [5, 10, 50]).startswith("Right. With 10 per class pretrained weights")
    assert labels_verdict(LabelsBet(5), 10, [5, 10, 50]).startswith("Not so. With 10")
    assert labels_verdict(LabelsBet(None), None, [5, 50]) == (
        "Right. No number of labels was enough to reach what random weights reach with 50 per class."
    )


@pytest.mark.parametrize(
    "wrong",
    [lambda: AccuracyBet(1.1), lambda: AccuracyBet(math.nan), lambda: IntervalBet(0.6, 0.5), lambda: OrderBet(("a",)),
     lambda: OrderBet(("a", "a")), lambda: LabelsBet(0), lambda: WinnerBet("a", -1), lambda: CurveBet((), ()),
     lambda: CurveBet((1,), (math.inf,)), lambda: CurveBet((0,), (1.0,))],
)  # fmt: skip
def test_what_can_not_be_bet_is_refused_with_a_sentence(wrong):
    with pytest.raises(BetError, match=r"[A-Z].*\."):
        wrong()
