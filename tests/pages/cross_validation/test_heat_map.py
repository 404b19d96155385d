"""The grid's heat map: what each cell says of the fits so far, and which one may be framed."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crossval.grid_search import Fit
from core.specs.folds import FoldSpec, SearchSpec
from pages.cross_validation.heat_map import cells_of, grid_heat_map

SPEC = SearchSpec(base=FoldSpec(n_folds=3), learning_rates=(0.0001, 0.01), batch_sizes=(32, 64))
PAIRS = [(rate, size) for rate in SPEC.learning_rates for size in SPEC.batch_sizes]


def fits_of(rate, size, scores, seconds=2.0):
    return [Fit(rate, size, fold, score, seconds) for fold, score in enumerate(scores)]


def framed(html):
    return re.findall(r'class="told best".*?<b>([\d.]+%)</b>', html)


@given(st.lists(st.tuples(st.sampled_from(PAIRS), st.floats(0, 1), st.floats(0.1, 100)), max_size=12))
def test_each_cell_has_the_mean_of_its_fits_whatever_their_order(made):
    fits = [Fit(*pair, 0, score, seconds) for pair, score, seconds in made]
    cells = cells_of(SPEC, fits)
    assert [len(line) for line in cells] == [2, 2]
    for (rate, size), cell in zip(PAIRS, (cell for line in cells for cell in line), strict=True):
        scores = [fit.score for fit in fits if (fit.learning_rate, fit.batch_size) == (rate, size)]
        assert cell.is_whole == (len(scores) in (0, 3))
        if scores:
            assert cell.score == pytest.approx(np.mean(scores))
        else:
            assert (cell.score, cell.said) == (None, "waiting")


def test_a_pair_with_one_lucky_fold_is_not_the_best():
    whole, lucky = fits_of(0.01, 32, [0.5, 0.6, 0.7]), fits_of(0.01, 64, [0.9])
    html = grid_heat_map(SPEC, whole + lucky)
    assert framed(html) == ["60.0%"]
    assert "2.0 s · 1 of 3 folds" in html


def test_nothing_is_framed_before_a_pair_is_whole():
    assert framed(grid_heat_map(SPEC, fits_of(0.01, 64, [0.9]))) == []


def test_what_a_random_search_leaves_out_is_not_waiting():
    spec = SPEC.model_copy(update={"n_random": 2})
    assert {cell.said for line in cells_of(spec, []) for cell in line} == {"not tried"}


def test_rates_are_written_without_powers_of_ten():
    assert re.findall(r'<th scope="row">([^<]+)</th>', grid_heat_map(SPEC, [])) == ["0.0001", "0.01"]
