"""What is said of a search: the best pair with its price, or that there is none."""

import math

from core.crossval.grid_search import Fit, SearchSnapshot
from core.crossval.search_told import NO_BEST, best_told, has_best
from core.specs.folds import FoldSpec, SearchSpec

SPEC = SearchSpec(base=FoldSpec(n_folds=2), learning_rates=(0.00001, 0.01), batch_sizes=(32,))
FITS = [Fit(rate, 32, fold, 0.5, 20.0) for rate in SPEC.learning_rates for fold in (0, 1)]


def ended(score):
    result = {"best_params": {"lr": 0.00001, "batch_size": 32}, "best_score": score}
    return SearchSnapshot(FITS, "done", "It is over.", result)


def test_the_best_pair_is_told_with_what_it_cost_and_that_it_flatters():
    said = best_told(SPEC, ended(0.512))
    assert "learning rate **0.00001**, batches of **32**: **51.2%**" in said
    assert "4 fits took 1 min 20 s of training" in said
    assert "best of 2, so it flatters" in said


def test_without_a_best_pair_none_is_named():
    assert not has_best(ended(math.nan))
    assert best_told(SPEC, ended(math.nan)) == NO_BEST
    before = SearchSnapshot(FITS[:1], "running", "It trains.", None)
    assert not has_best(before)
    assert best_told(SPEC, before) == ""
