"""core/loss_plane.py: the plane against scikit-learn's PCA, its losses against networks that stand there."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from core import datasets
from core.lab.jobs import JobStoppedError
from core.models import build_model
from core.optimizers.loss_plane import LossPlaneError, compute, span, trajectory
from core.specs import AdamSpec, CNNSpec, SGDSpec
from core.training.batches import normalise
from core.training.training import train


@given(st.integers(3, 30), st.integers(4, 200), st.integers(0, 10**6))
def test_the_plane_is_scikit_learns(n, n_weights, seed):
    points = np.random.default_rng(seed).normal(0, 3, (n, n_weights)).astype(np.float32) + 5
    plane = span(points)
    theirs = PCA(n_components=2).fit(points.astype(np.float64))
    assert plane.shares == pytest.approx(tuple(theirs.explained_variance_ratio_), rel=1e-3, abs=1e-4)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    # The part of the points that the plane holds is the same, whichever way round its axes are
    held, expected = plane.project(points), theirs.transform(points)
    assert (held**2).sum() == pytest.approx((expected**2).sum(), rel=1e-3)


def test_points_on_a_line_still_have_a_plane():
    points = np.outer(np.arange(5), np.ones(50)).astype(np.float32)
    plane = span(points)
    assert plane.shares == pytest.approx((1, 0), abs=1e-6)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)
    assert np.ptp(plane.project(points)[:, 1]) < 1e-3


@pytest.fixture(scope="module")
def contestants(small):
    return {
        "SGD": small(n_epochs=2),
        "Adam": small(n_epochs=2, optimizer=AdamSpec()),
        "wild": small(n_epochs=2, optimizer=SGDSpec(learning_rate=10, momentum=0.9)),
    }


@pytest.fixture(scope="module")
def made(contestants, module_home):
    told = []
    images = datasets.load_for(contestants["SGD"].data)
    plane = compute(contestants, images, progress=lambda done, total: told.append((done, total)), n_grid=9)
    return plane, images, told


def test_each_losses_is_that_of_the_network_that_stands_there(made, contestants):
    plane, images, _ = made
    paths = [trajectory(contestants[name], images, n_points=41)[0] for name in plane.names]
    flat = span(np.concatenate(paths))
    pictures = torch.from_numpy(images.train_images.transpose(0, 3, 1, 2).copy()).float()
    pictures, labels = normalise(pictures), torch.from_numpy(np.array(images.train_labels))
    model = build_model(contestants["SGD"].model, 10)
    for row in (0, 4, 8):
        for column in (0, 3, 8):
            weights = flat.centre + plane.x[column] * flat.axes[0] + plane.y[row] * flat.axes[1]
            torch.nn.utils.vector_to_parameters(torch.from_numpy(weights.astype(np.float32)), model.parameters())
            loss = torch.nn.functional.cross_entropy(model(pictures), labels).item()
            assert plane.losses[row, column] == pytest.approx(loss, rel=1e-3, abs=1e-4)
    for weights, told in zip(paths[0], plane.path_losses[0], strict=True):
        torch.nn.utils.vector_to_parameters(torch.from_numpy(weights), model.parameters())
        assert told == pytest.approx(torch.nn.functional.cross_entropy(model(pictures), labels).item(), rel=1e-5)


def test_a_path_ends_at_the_network_that_the_run_leaves(contestants, made):
    _, images, _ = made
    points, steps = trajectory(contestants["Adam"], images, n_points=6)
    assert steps[0] == 0
    assert steps[-1] == 14
    assert len(points) == 6
    model = train(contestants["Adam"], images=images).model
    assert np.array_equal(points[-1], torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy())


def test_what_is_told_and_what_is_left_out(made, contestants):
    plane, _, told = made
    assert plane.names == ["SGD", "Adam"]
    assert plane.left_out == ["wild"]
    assert 0 < sum(plane.shares) <= 1
    assert plane.losses.shape == (9, 9)
    assert np.isfinite(plane.losses).all()
    assert plane.n_pictures == 200
    for path, losses, steps in zip(plane.paths, plane.path_losses, plane.path_steps, strict=True):
        assert len(path) == len(losses) == len(steps)
        assert (plane.x[0] < path[:, 0]).all() and (path[:, 0] < plane.x[-1]).all()  # noqa: PT018
        assert (plane.y[0] < path[:, 1]).all() and (path[:, 1] < plane.y[-1]).all()  # noqa: PT018
    # Both begin at the same network
    np.testing.assert_allclose(plane.paths[0][0], plane.paths[1][0])
    done = [d for d, _ in told]
    assert done == sorted(done)
    assert told[-1][0] <= told[-1][1]


def test_stop_and_what_has_no_plane(small, made, contestants):
    _, images, _ = made
    asked = []

    def after_ten():
        asked.append(1)
        return len(asked) > 10

    with pytest.raises(JobStoppedError):
        compute(contestants, images, should_stop=after_ten)
    assert len(asked) == 11
    with pytest.raises(LossPlaneError, match="perceptron of Question 1"):
        compute({"CNN": small(model=CNNSpec(channels1=4, channels2=4))}, images)
    with pytest.raises(LossPlaneError, match="Every contestant ran away"):
        compute({"wild": contestants["wild"]}, images)
