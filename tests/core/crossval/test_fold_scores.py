"""Mean, interval and drawings of folds, against SciPy and by what they say."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.crossval import charts as fold_charts
from core.crossval import fold_scores
from core.crossval.charts import Cell, DotRow, Segment

shares = st.floats(0, 1)


@given(st.lists(shares, min_size=2, max_size=10), st.integers(2, 10))
def test_the_interval_is_students_with_the_corrected_variance(accuracies, n_folds):
    told = fold_scores.summary(accuracies, n_folds)
    n = len(accuracies)
    spread = np.std(accuracies, ddof=1) * math.sqrt(1 / n + 1 / (n_folds - 1))
    assert told.mean == pytest.approx(np.mean(accuracies))
    assert told.deviation == pytest.approx(np.std(accuracies, ddof=1))
    if spread > 1e-9:
        low, high = stats.t.interval(0.95, n - 1, loc=told.mean, scale=spread)
        assert told.low == pytest.approx(max(0, low))
        assert told.high == pytest.approx(min(1, high))
    assert told.low <= told.mean + 1e-12
    assert told.high >= told.mean - 1e-12


@given(st.floats(0.01, 0.99), st.integers(1, 400))
def test_the_band_of_chance_is_the_binomial_distributions(share, n):
    low, high = fold_scores.chance_band(share, n)
    theirs = stats.binom.ppf([0.025, 0.975], n, share)
    assert (low * n, high * n) == pytest.approx(theirs)


def test_a_picture_is_right_wrong_or_not_judged_yet():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [np.nan, np.nan]], dtype=np.float32)
    together = fold_scores.OutOfFold(np.array([0, 1, 1]), probabilities)
    np.testing.assert_array_equal(together.right(np.array([0, 1, 0])), [1.0, 0.0, np.nan])


def test_one_score_has_no_spread():
    told = fold_scores.summary([0.5], 5)
    assert (told.n, told.mean) == (1, 0.5)
    assert math.isnan(told.low)
    assert math.isnan(told.deviation)


def test_a_hollow_dot_has_the_colour_of_its_row_around_white():
    values = [(0.5, "seed 1"), (0.6, "seed 2")]
    plain = fold_charts.dot_plot([DotRow("a", values)], alt="x")
    assert fold_charts.dot_plot([DotRow("a", values, hollow=[False, False])], alt="x") == plain
    first, second = re.findall(r"<i [^>]*>", fold_charts.dot_plot([DotRow("a", values, hollow=[False, True])], alt="x"))
    assert first in plain
    assert "background:#fff" in second
    assert re.search("background:(#[0-9a-f]{6})", first).group(1) in second


@given(st.lists(shares, min_size=1, max_size=20))
def test_every_dot_lies_on_its_place_of_the_axis(values):
    drawn = fold_charts.dot_plot([DotRow("a", [(v, str(i)) for i, v in enumerate(values)])], alt="x")
    places = [float(text) for text in re.findall(r'<i style="left:(-?[\d.]+)%', drawn)]
    assert len(places) == len(values)
    assert all(-0.01 <= place <= 100.01 for place in places)
    ticks = [(float(x), float(y)) for x, y in re.findall(r'<em style="left:(-?[\d.]+)%">(\d+)%', drawn)]
    (x0, y0), (x1, y1) = ticks[0], ticks[-1]
    for place, value in zip(places, values, strict=True):
        assert place == pytest.approx(x0 + (100 * value - y0) / (y1 - y0) * (x1 - x0), abs=0.05)


@given(st.integers(1, 300), st.integers(2, 10), st.integers(0, 99))
def test_the_mosaic_shows_folds_holes_and_what_waits(n, n_folds, seed):
    rng = np.random.default_rng(seed)
    deal, right = rng.integers(0, n_folds, n), rng.choice([0.0, 1.0, np.nan], n)
    flat = fold_charts.deal_mosaic(deal, right).reshape(-1, 4)
    assert len(flat) >= n
    np.testing.assert_array_equal(flat[:n, 3] == 0, right == 0)
    np.testing.assert_array_equal(flat[:n, 3] == 255, right == 1)
    assert not flat[n:].any()
    for fold in np.unique(deal):
        assert len(np.unique(flat[:n][deal == fold, :3], axis=0)) == 1


def luminance(colour):
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@given(st.lists(shares, min_size=2, max_size=8))
def test_the_heat_map_can_be_read_and_frames_the_best(scores):
    cells = [[Cell(score, "1.0 s") for score in scores], [Cell(None, "waiting")] * len(scores)]
    drawn = fold_charts.heat_map(
        cells, rows=["0.1", "0.2"], columns=[str(i) for i in scores], row_title="r", column_title="c"
    )
    assert drawn.count('told best"') == scores.count(max(scores))
    assert drawn.count("waiting") == len(scores)
    for paper, ink in re.findall(r"background:rgb\(([\d, ]+)\);color:(#\w+)", drawn):
        paper, ink = (
            luminance([int(x) for x in paper.split(",")]),
            luminance([int(ink[k : k + 2], 16) for k in (1, 3, 5)]),
        )
        assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5


def test_what_people_typed_is_shown_as_it_is():
    evil = "<script>x</script>"
    drawn = fold_charts.bars([(evil, [Segment(3, None, evil)])], alt=evil)
    drawn += fold_charts.dot_plot([DotRow(evil, [(0.5, evil)])], alt=evil)
    drawn += fold_charts.heat_map([[Cell(0.5, evil)]], rows=[evil], columns=[evil], row_title=evil, column_title=evil)
    assert "<script" not in drawn


def test_nothing_drawn_before_there_is_a_score():
    assert fold_charts.dot_plot([DotRow("a", [])], alt="x") == ""
