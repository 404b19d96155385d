"""The microscope's numbers as they are written, and the loss plane read below a point."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.optimizers.microscope import Recording
from core.specs import AdamSpec, RMSpropSpec, SGDSpec
from pages.optimizers.calculation import figure, first_step_told, place_in_words
from pages.optimizers.loss_plane import loss_below


@given(st.floats(-1e300, 1e300))
def test_a_figure_reads_back_to_six_figures(value):
    assert float(figure(value).replace("\u2212", "-")) == pytest.approx(value, rel=6e-5)


@pytest.mark.parametrize(
    ("value", "form", "told"),
    [(0.0, "", "0"), (-0.5, "", "\u22120.5"), (1e-5, "", "1.0000e\u221205"), (123456.7, "", "123457"),
     (2e7, "", "2.0000e+07"), (math.nan, "", "no number"), (-math.inf, ".8f", "no number"),
     (0.125, ".8f", "0.12500000")],
)  # fmt: skip
def test_figures(value, form, told):
    assert figure(value, form) == told


@pytest.mark.parametrize(
    ("place", "told"),
    [((3, 40), "8: from input 41 to unit 4"), ((3, 2, 0, 1), "8: filter 4, channel 3, row 1, column 2")],
)
def test_a_weight_is_named_by_its_place(place, told):
    assert place_in_words(Recording("layer", 7, place, (0.0,), (), (), ())) == told


def test_why_rmsprop_leaps_is_told_where_it_races():
    assert first_step_told([AdamSpec(), SGDSpec()]) == ""
    assert "= 10$ times the rate" in first_step_told([AdamSpec(), RMSpropSpec()])
    assert "0.75} = 2$ times" in first_step_told([RMSpropSpec(alpha=0.75)])


@given(st.floats(-2, 5), st.floats(-3, 3))
def test_below_a_point_lies_the_nearest_grid_point(x, y):
    plane = SimpleNamespace(x=np.linspace(-1, 4, 11), y=np.linspace(-2, 2, 9))
    plane.losses = 100 * plane.y[:, None] + plane.x[None, :]  # each place has a loss of its own
    nearest = min(((a - x) ** 2 + (b - y) ** 2, 100 * b + a) for a in plane.x for b in plane.y)
    distance = (plane.x - x) ** 2 + ((plane.y - y) ** 2)[:, None]
    if (np.sort(distance.ravel())[:2] - nearest[0]).max() > 1e-9:  # not halfway between two
        assert loss_below(plane, np.array([x, y])) == pytest.approx(nearest[1])
