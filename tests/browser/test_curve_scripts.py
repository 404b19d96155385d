"""The arithmetic of the curves' pictures, called in the browser without a page around it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SHARED = Path(__file__).resolve().parents[2] / "pages" / "shared" / "components"
Call = Callable[..., Any]
sensible = st.floats(-1e6, 1e6, allow_subnormal=False)
points = st.lists(st.tuples(st.integers(0, 50), sensible), min_size=1, max_size=12, unique_by=lambda point: point[0])


@pytest.fixture(scope="module")
def curves(scripts: Callable[..., Call]) -> Call:
    return scripts(SHARED / "experiment_curves" / "reading.js", SHARED / "common" / "nearest.js")


@given(points.map(sorted), st.one_of(st.integers(-3, 53), st.floats(-3, 53)))
def test_a_curve_is_read_on_the_straight_line_between_its_points(curves, curve, at):
    x, y = np.array(curve, dtype=float).T
    found = curves("valueAt(a[0], a[1])", curve, at)
    if at < x[0] or at > x[-1]:
        assert found is None
    else:
        assert found == pytest.approx(np.interp(at, x, y), rel=1e-9, abs=1e-6)


def test_a_curve_of_no_points_and_one_that_stands_still_are_read(curves):
    assert curves("valueAt([], 1)") is None
    assert curves("valueAt([[0, 1], [2, 5], [2, 7], [3, 8]], 2)") == 5


@given(st.lists(st.floats(0, 1), max_size=20))
def test_an_axis_of_shares_holds_all_of_them_and_ends_at_tenths(curves, shares):
    low, high = curves("shareRange(a[0])", shares)
    assert 0 <= low < high <= 1
    assert high - low > 0.0999
    assert all(low <= share <= high for share in shares)
    assert [10 * low, 10 * high] == pytest.approx([round(10 * low), round(10 * high)])
    if shares and low > 0:
        assert min(shares) - low < 0.1201


@given(st.lists(sensible, min_size=1, max_size=30), sensible)
def test_the_nearest_place_is_the_first_nearest(curves, places, to):
    assert curves("nearest(a[0], a[1])", places, to) == int(np.abs(np.array(places) - to).argmin())


@given(
    losses=st.lists(st.floats(0, 10), min_size=1, max_size=20), top=st.floats(0.5, 10), share=st.sampled_from([0.3, 1])
)
def test_a_races_loss_axis_begins_above_0_only_behind_it_and_below_all_curves(curves, losses, top, share):
    bottom = curves("lossBottom(a[0], a[1])", losses, {"share": share, "loss_top": top})
    seen = [loss for loss in losses if loss <= top]
    assert 0 <= bottom < top
    assert bottom == 0 or (share == 1 and bottom <= min(seen) and min(seen) > top / 2)
    if share == 1 and seen and min(seen) > 0.75 * top:
        assert bottom > 0.5 * top
