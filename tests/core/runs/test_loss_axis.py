"""core/runs/loss_axis: the axis of the loss stands still while a run is watched."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.loss_axis import MOST, loss_top


@pytest.mark.parametrize("n_classes", [2, 10, 100])
@pytest.mark.parametrize("seed", range(5))
def test_the_axis_of_an_ordinary_run_stays(n_classes, seed):
    """From chance down to a third of it, with the noise of batches of 32."""
    n, rng = 3000, np.random.default_rng(seed)
    losses = math.log(n_classes) * (1 / 3 + 2 / 3 * np.exp(-np.arange(n) / 800)) * rng.normal(1, 0.08, n)
    losses[0] = math.log(n_classes)
    tops = [loss_top(losses[: k + 1]) for k in range(n)]
    assert tops == sorted(tops)
    assert len(set(tops)) <= 2  # noise may push it up once
    assert np.mean(losses <= tops[-1]) > 0.97


losses_of_any_run = st.lists(st.floats(0, 1e6) | st.sampled_from([math.nan, math.inf]), max_size=300)


@given(losses_of_any_run)
def test_it_moves_at_few_places_and_comes_down_only_by_half(losses):
    tops = [loss_top(losses[:k], least=0.5) for k in range(len(losses) + 1)]
    moved = [k for k in range(1, len(tops)) if tops[k] != tops[k - 1]]
    assert set(moved) <= {1, 64, 128, 256}
    for k in moved:
        assert tops[k] > tops[k - 1] or tops[k] <= tops[k - 1] / 2 + 0.5  # both are rounded up to a half
    assert all(0.5 <= top <= MOST for top in tops)


def test_a_bad_beginning_does_not_flatten_the_rest():
    losses = [1e5, 300.0, 40.0, *[2.0] * 1000]
    assert loss_top(losses[:1]) == MOST
    assert loss_top(losses) == 2.5
