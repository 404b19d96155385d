"""core/landscape.py: gradients against autograd, minima against SciPy, paths against torch's optimizers by autograd."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.optimizers.landscape import (
    SURFACES,
    LandscapeError,
    distance_to_minimum,
    heights,
    shades,
    suited_rate,
    surface,
    walk,
)
from core.specs import AdagradSpec, AdamSpec, AdamWSpec, RMSpropSpec, SGDSpec
from core.specs.optimizers import CONTESTANTS, AdadeltaSpec, NAdamSpec

SIX = [
    SGDSpec(momentum=0.0), SGDSpec(), SGDSpec(nesterov=True), RMSpropSpec(), AdagradSpec(learning_rate=0.1), AdamSpec(),
]  # fmt: skip


@given(st.sampled_from(SURFACES), st.floats(0, 1), st.floats(0, 1), st.floats(1, 100))
def test_the_gradients_are_autograds(key, across, up, condition):
    on = surface(key, condition=condition)
    x, y = (low + share * (high - low) for share, (low, high) in ((across, on.x_range), (up, on.y_range)))
    place = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(on.height(place[0], place[1]), place)
    assert on.gradient(x, y) == pytest.approx(slope.tolist(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("key", SURFACES)
def test_the_minima_are_minima_and_in_the_picture(key):
    on = surface(key)
    for x, y in on.minima:
        found = minimize(lambda p: on.height(*p), (x + 0.01, y - 0.01), method="BFGS", options={"gtol": 1e-9})
        assert found.x == pytest.approx((x, y), abs=1e-5)
        assert on.x_range[0] < x < on.x_range[1]
        assert on.y_range[0] < y < on.y_range[1]
        assert distance_to_minimum(on, (x, y)) == 0
    assert heights(on).min() >= min(on.height(x, y) for x, y in on.minima) - 1e-9
    assert on.x_range[0] <= on.start[0] <= on.x_range[1]
    assert on.y_range[0] <= on.start[1] <= on.y_range[1]


@pytest.mark.parametrize("key", SURFACES)
def test_every_minimum_in_the_picture_is_marked(key):
    """SciPy goes down from all over the picture: where it ends inside, there is a mark, and at each mark it ends."""
    on = surface(key)
    found = []
    for start in product(np.linspace(*on.x_range, 9), np.linspace(*on.y_range, 9)):
        end = minimize(lambda p: on.height(*p), start, jac=lambda p: np.array(on.gradient(*p)), method="BFGS")
        slopes = np.linalg.eigvalsh(hessian(on, end.x))
        inside = all(low <= at <= high for at, (low, high) in zip(end.x, (on.x_range, on.y_range), strict=True))
        if inside and np.abs(on.gradient(*end.x)).max() < 1e-4 and slopes.min() > 1e-6:
            found.append(tuple(end.x))
    marked = [any(np.hypot(x - a, y - b) < 1e-3 for a, b in on.minima) for x, y in found]
    assert found
    assert all(marked)
    for a, b in on.minima:
        assert any(np.hypot(x - a, y - b) < 1e-3 for x, y in found)


def hessian(on, place, step=1e-4):
    """Of the surface, by differences of its gradient."""
    x, y = place
    across = np.subtract(on.gradient(x + step, y), on.gradient(x - step, y)) / (2 * step)
    up = np.subtract(on.gradient(x, y + step), on.gradient(x, y - step)) / (2 * step)
    return np.array([across, up])


@pytest.mark.parametrize("condition", [2.0, 10.0, 100.0])
@pytest.mark.parametrize(("momentum", "above"), [(0.0, 2.0), (0.9, 3.8)])
def test_the_bowls_lesson_says_where_y_runs_away(condition, momentum, above):
    on, limit = surface("bowl", condition=condition), above / condition
    assert f"{above:g} / {condition:g} = {limit:.3g}" in on.lesson

    def end(rate):
        (path,) = walk(on, (0.0, 1.0), [SGDSpec(learning_rate=rate, momentum=momentum)], n_steps=300)
        return abs(path.points[-1, 1])

    assert end(0.98 * limit) < 1 < end(1.02 * limit)


@pytest.mark.parametrize("condition", [2.0, 10.0, 100.0])
def test_the_bowls_lesson_says_how_fast_x_comes_nearer(condition):
    on = surface("bowl", condition=condition)
    (path,) = walk(on, (1.0, 0.0), [SGDSpec(learning_rate=2 / condition, momentum=0.0)], n_steps=1)
    assert f"x nearer by {1 - path.points[1, 0]:.0%} per step" in on.lesson


@pytest.mark.parametrize("key", [k for k in SURFACES if k != "valley"])
@pytest.mark.parametrize("spec", [*SIX, AdamWSpec(), NAdamSpec(), AdadeltaSpec()], ids=lambda s: s.kind)
def test_the_paths_are_those_of_a_loop_with_autograd(key, spec):
    on = surface(key)
    (path,) = walk(on, on.start, [spec], n_steps=40)
    place = torch.tensor(on.start, dtype=torch.float64, requires_grad=True)
    kinds = {
        "sgd": lambda: torch.optim.SGD([place], lr=spec.learning_rate, momentum=spec.momentum, nesterov=spec.nesterov),
        "rmsprop": lambda: torch.optim.RMSprop([place], lr=spec.learning_rate),
        "adagrad": lambda: torch.optim.Adagrad([place], lr=spec.learning_rate),
        "adam": lambda: torch.optim.Adam([place], lr=spec.learning_rate),
        "adamw": lambda: torch.optim.AdamW([place], lr=spec.learning_rate),
        "nadam": lambda: torch.optim.NAdam([place], lr=spec.learning_rate),
        "adadelta": lambda: torch.optim.Adadelta([place], lr=spec.learning_rate),
    }
    optimizer = kinds[spec.kind]()
    points = [place.tolist()]
    for _ in range(40):
        optimizer.zero_grad()
        on.height(place[0], place[1]).backward()
        optimizer.step()
        if not place.detach().abs().max() < 1e6:
            break
        points.append(place.tolist())
    assert path.is_lost == (len(points) < 41)
    np.testing.assert_allclose(path.points, points, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(path.heights, on.height(path.points[:, 0], path.points[:, 1]))


def test_all_get_the_same_noise_and_another_seed_another():
    on = surface("valley")
    a, b = walk(on, on.start, [SGDSpec(), SGDSpec()], n_steps=20)
    (other,) = walk(on, on.start, [SGDSpec()], n_steps=20, random_state=1)
    assert np.array_equal(a.points, b.points)
    assert not np.array_equal(a.points, other.points)


def test_a_rate_beyond_the_bowls_edge_is_lost_and_one_below_is_not():
    """SGD on a quadratic converges exactly below 2 / (largest curvature)."""
    on = surface("bowl", condition=50)
    below, beyond = walk(on, on.start, [SGDSpec(learning_rate=r, momentum=0) for r in (0.039, 0.05)])
    assert not below.is_lost
    assert below.heights[-1] < 1e-3
    assert beyond.is_lost
    assert np.isfinite(beyond.points).all()


def test_what_can_not_be_walked():
    on = surface("beale")
    with pytest.raises(LandscapeError, match=r"start's y is 9; on this surface it is from -4\.5 to 4\.5"):
        walk(on, (0, 9), SIX)
    with pytest.raises(LandscapeError, match="n_steps is 301"):
        walk(on, on.start, SIX, n_steps=301)
    with pytest.raises(LandscapeError, match="no surface 'moon'"):
        surface("moon")


@given(st.sampled_from(SURFACES))
def test_shades_keep_the_order_of_the_heights(key):
    values = heights(surface(key), 31)
    shade = shades(values)
    assert shade.min() == 0
    assert shade.max() == 1
    order = np.argsort(values, axis=None)
    assert (np.diff(shade.ravel()[order]) >= 0).all()
    assert (shades(np.ones((3, 3))) == 0).all()


@given(st.sampled_from(SURFACES), st.sampled_from([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]), st.integers(0, 9_999))
@settings(max_examples=15, deadline=None)
def test_at_the_rate_that_suits_it_nobody_leaves_the_picture_and_all_come_nearer(key, condition, noise):
    """Every contestant, with its usual settings, on every surface, at every noise."""
    on = surface(key, condition=condition)
    specs = [record(**variant.fixed) for record, variant in CONTESTANTS.values()]
    specs = [spec.model_copy(update={"learning_rate": suited_rate(on, spec)}) for spec in specs]
    paths = walk(on, on.start, specs, random_state=noise)
    begins = distance_to_minimum(on, on.start)
    for spec, path in zip(specs, paths, strict=True):
        assert not path.is_lost
        for axis, (low, high) in enumerate((on.x_range, on.y_range)):
            assert low <= path.points[:, axis].min() <= path.points[:, axis].max() <= high, spec
        assert distance_to_minimum(on, path.points[-1]) < 0.9 * begins, spec
        assert path.heights[-1] < path.heights[0], spec


@pytest.mark.parametrize("key", SURFACES)
def test_a_heavier_momentum_gets_a_smaller_rate_and_stays_in_the_picture_too(key):
    on, heavy = surface(key), SGDSpec(momentum=0.98)
    rate = suited_rate(on, heavy)
    assert rate == pytest.approx(suited_rate(on, SGDSpec()) / 5)
    (path,) = walk(on, on.start, [heavy.model_copy(update={"learning_rate": rate})])
    assert not path.is_lost
    assert distance_to_minimum(on, path.points[-1]) < distance_to_minimum(on, on.start)


@pytest.mark.parametrize("key", SURFACES)
def test_every_contestant_has_a_rate_on_every_surface(key):
    assert surface(key).rates.keys() == CONTESTANTS.keys()
