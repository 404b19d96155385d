"""The sentence about an experiment: a winner only where the intervals lie apart, and never more than was computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.rates import Rate, wilson
from core.runs.outcome import BEHIND, BEST, ONE_SEED, TIED, Entrant, outcome_of

NAMES = ("SGD", "Adam", "RMSprop", "Adagrad")
counts = st.integers(1, 3_000).flatmap(lambda n: st.lists(st.integers(0, n).map(lambda k: Rate(k, n)), min_size=2,
                                                          max_size=4))  # fmt: skip


def entrants(*rates):
    return [Entrant(name, rate) for name, rate in zip(NAMES, rates, strict=False)]


def test_a_winner_whose_interval_lies_apart():
    said = outcome_of(entrants(Rate(550, 1000), Rate(812, 1000), Rate(700, 1000)), wins="wins this race")
    assert said.headline == "Adam wins this race: 81.2% of the test pictures."
    assert said.winner == "Adam"
    assert said.detail == f"Adam 81.2%, RMSprop 70.0%, SGD 55.0%; judged by 1,000 test pictures. {ONE_SEED}"
    assert said.standings == {"Adam": BEST, "RMSprop": BEHIND, "SGD": BEHIND}


def test_no_winner_where_intervals_overlap():
    said = outcome_of(entrants(Rate(550, 1000), Rate(812, 1000), Rate(800, 1000)))
    assert said.headline == "No winner: Adam and RMSprop lead and are too close to tell apart."
    assert said.winner is None
    assert said.standings == {"Adam": TIED, "RMSprop": TIED, "SGD": BEHIND}
    assert "Behind: SGD." in said.detail
    assert ONE_SEED in said.detail


def test_of_few_pictures_counts_are_told_and_little_is_claimed():
    said = outcome_of(entrants(Rate(11, 12), Rate(9, 12)))
    assert said.headline == "No winner: SGD and Adam are too close to tell apart."
    assert "SGD 11 of 12 (65% to 99%)" in said.detail


def test_who_has_no_accuracy_is_named_and_not_compared():
    said = outcome_of([Entrant("SGD", None, "diverged"), Entrant("Adam", Rate(812, 1000))])
    assert said.headline == "Only Adam came to its end: 81.2% of the test pictures."
    assert said.detail == "There is nothing to compare it with. SGD: diverged."
    assert said.winner is None
    nobody = outcome_of([Entrant("SGD", None, "diverged"), Entrant("Adam", None, "stopped")])
    assert nobody.headline == "Nothing to compare: none came to its end."
    assert nobody.standings == {"SGD": "diverged", "Adam": "stopped"}


@given(counts)
def test_a_winner_is_named_exactly_where_its_interval_lies_above_all_others(rates):
    said = outcome_of(entrants(*rates))
    best = max(rates, key=lambda rate: rate.share)
    rest = list(rates)
    rest.remove(best)
    is_apart = all(wilson(rate.n_right, rate.n)[1] < wilson(best.n_right, best.n)[0] for rate in rest)
    assert (said.winner is not None) == is_apart
    assert ("No winner" in said.headline) != is_apart
    assert set(said.standings) == set(NAMES[: len(rates)])
    assert ONE_SEED in said.detail


@pytest.mark.parametrize("n", [10, 1000])
def test_equals_have_no_winner(n):
    assert outcome_of(entrants(Rate(n // 2, n), Rate(n // 2, n))).winner is None
