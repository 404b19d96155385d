"""The loss around the paths that real networks took, on the one plane that holds most of those paths.

A perceptron of Question 1 has some 400,000 weights, and its training is a path through as many dimensions. The first
two principal components of all contestants' weights span a plane (Li et al., "Visualizing the Loss Landscape of Neural
Nets", 2018). The loss is computed at the points of that plane; the paths are drawn as their shadows on it. How much of
the paths' variance the plane holds is part of the result: without that number the picture would promise too much.

Imports torch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.lab.jobs import JobStoppedError
from core.lab.machine import most_threads
from core.models import build_model
from core.optimizers.first_steps import follow
from core.specs import MLPSpec, RunSpec
from core.training.batches import ResidentImages

N_GRID = 41  # points along each side
N_PICTURES = 1_000  # training pictures that judge each point
_MOST_POINTS = 120  # of all paths together: a point is all weights of a network
_MARGIN = 0.2  # around the paths, as a share of their width

Progress = Callable[[int, int], None]


class LossPlaneError(ChalknetError):
    """There is no plane through these paths."""


@dataclass(frozen=True)
class Plane:
    """A plane in the space of all weights.

    Attributes
    ----------
    centre : ndarray of shape (n_weights,), float32
        Mean of all points of all paths.
    axes : ndarray of shape (2, n_weights), float32
        Orthonormal.
    shares : tuple of two floats
        Of the paths' variance that lies along each axis.
    """

    centre: np.ndarray
    axes: np.ndarray
    shares: tuple[float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """The shadows of points, shape (n, n_weights), as coordinates of shape (n, 2), float64."""
        return ((points - self.centre) @ self.axes.T).astype(np.float64)


@dataclass(frozen=True)
class LossPlane:
    """What is drawn.

    Attributes
    ----------
    names : list of str
        Of the contestants whose paths are there.
    paths : list of ndarray of shape (n, 2), float64
    path_losses : list of ndarray of shape (n,), float64
        Of the networks themselves, not of their shadows.
    path_steps : list of list of int
        Batches behind each point.
    x, y : ndarray of shape (n_grid,), float64
    losses : ndarray of shape (n_grid, n_grid), float64
        Mean cross-entropy; row is y, column is x.
    shares : tuple of two floats
    left_out : list of str
        Contestants that ended with a loss above that of their start, or with none: their huge weights would be all
        that the plane shows.
    n_pictures : int
    """

    names: list[str]
    paths: list[np.ndarray]
    path_losses: list[np.ndarray]
    path_steps: list[list[int]]
    x: np.ndarray
    y: np.ndarray
    losses: np.ndarray
    shares: tuple[float, float]
    left_out: list[str]
    n_pictures: int


def compute(
    contestants: dict[str, RunSpec],
    images: ImageSet,
    *,
    progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    n_grid: int = N_GRID,
) -> LossPlane:
    """Train the contestants, find their plane, and compute the loss on it.

    Parameters
    ----------
    contestants : dict of str to RunSpec
        All of the same perceptron.
    images : ImageSet
    progress : callable
        Gets (done, total): steps of training, then rows of the grid in the same unit.
    should_stop : callable

    Raises
    ------
    LossPlaneError
        If a network is no perceptron, the networks differ, or every contestant ran away.
    core.lab.jobs.JobStoppedError
        If it was stopped.
    """
    models = {spec.model for spec in contestants.values()}
    model = next(iter(models))
    if len(models) != 1 or not isinstance(model, MLPSpec):
        raise LossPlaneError("The loss plane is computed for the perceptron of Question 1. Choose it as the network.")
    torch.set_num_threads(most_threads())
    n_steps = [spec.n_epochs * -(-len(images.train_images) // spec.batch_size) for spec in contestants.values()]
    for_rows = max(1, sum(n_steps) // 3 // n_grid)  # a row counts as so many steps: about what it takes
    done, total = 0, sum(n_steps) + for_rows * n_grid

    def advance(by: int) -> None:
        nonlocal done
        if should_stop():
            raise JobStoppedError("Stopped; there is no loss plane.")
        done += by
        progress(done, total)

    judge = _Judge(model, images)
    points: dict[str, np.ndarray] = {}
    steps: dict[str, list[int]] = {}
    path_losses: dict[str, np.ndarray] = {}
    for number, (name, spec) in enumerate(contestants.items(), 1):
        path, at = trajectory(spec, images, n_points=max(2, min(41, _MOST_POINTS // len(contestants))), advance=advance)
        losses = judge.losses_of(path)
        if losses[-1] <= losses[0]:  # NaN is not
            points[name], steps[name], path_losses[name] = path, at, losses
        done = sum(n_steps[:number])  # one that diverged ended early
    if not points:
        raise LossPlaneError("Every contestant ran away: there is no path to draw. Choose smaller learning rates.")
    plane = span(np.concatenate(list(points.values())))
    paths = [plane.project(path) for path in points.values()]
    x, y = (_around(np.concatenate(paths)[:, i], n_grid) for i in (0, 1))
    grid = judge.losses_on(plane, x, y, lambda: advance(for_rows))
    return LossPlane(
        names=list(points),
        paths=paths,
        path_losses=list(path_losses.values()),
        path_steps=list(steps.values()),
        x=x,
        y=y,
        losses=grid,
        shares=plane.shares,
        left_out=[name for name in contestants if name not in points],
        n_pictures=judge.n_pictures,
    )


def trajectory(
    spec: RunSpec, images: ImageSet, *, n_points: int, advance: Callable[[int], None] = lambda by: None
) -> tuple[np.ndarray, list[int]]:
    """Train, and keep all weights at about ``n_points`` evenly spaced steps, the first and the last among them.

    Returns
    -------
    points : ndarray of shape (n, n_weights), float32
    steps : list of int
        Batches behind each.
    """
    n_steps = spec.n_epochs * -(-len(images.train_images) // spec.batch_size)
    wanted = set(np.unique(np.linspace(0, n_steps, n_points).round().astype(int)).tolist())
    points, steps = [], []
    for moment in follow(spec, images, n_steps=n_steps):
        if moment.step:
            advance(1)
        if moment.step in wanted:
            points.append(_row(moment.model))
            steps.append(moment.step)
            if not np.isfinite(points[-1]).all():
                break
    return np.stack(points), steps


def span(points: np.ndarray) -> Plane:
    """The plane of the first two principal components of points of shape (n, n_weights), n at least 2.

    Through the n x n matrix of products: n is a hundred, n_weights are hundreds of thousands.
    """
    centre = points.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = points - centre
    values, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    values, vectors = values[::-1].clip(0), vectors[:, ::-1]
    total = float(values.sum()) or 1.0
    axes: list[np.ndarray] = []
    for k in range(2):
        axis = (vectors[:, k].astype(np.float32) @ centred).astype(np.float64)
        for earlier in axes:  # where points lie on a line the second one is only rounding
            axis -= (axis @ earlier) * earlier
        length = float(np.linalg.norm(axis))
        if length < 1e-9 * max(1.0, float(np.sqrt(total))):
            axis = np.zeros_like(axis)
            axis[k] = 1.0
            axis -= sum((axis @ earlier) * earlier for earlier in axes)
            length = float(np.linalg.norm(axis))
        axes.append(axis / length)
    return Plane(
        centre, np.stack(axes).astype(np.float32), (float(values[0] / total), float(values[1:2].sum() / total))
    )


class _Judge:
    """The loss of many perceptrons on the same pictures."""

    def __init__(self, model: MLPSpec, images: ImageSet) -> None:
        self._spec, self._n_classes = model, len(images.class_names)
        n = min(N_PICTURES, len(images.train_images))
        kept = ResidentImages(images.train_images[:n], images.train_labels[:n], device=torch.device("cpu"))
        batches = [(pictures.clone(), labels) for pictures, labels in kept.in_order(256)]
        self._pictures = torch.cat([pictures for pictures, _ in batches]).flatten(1)  # (n, 3072)
        self._labels = torch.cat([labels for _, labels in batches])
        self.n_pictures = n

    def losses_of(self, points: np.ndarray) -> np.ndarray:
        """Of networks given as rows of weights, shape (m, n_weights)."""
        model = build_model(self._spec, self._n_classes)
        losses = []
        with torch.no_grad():
            for point in points:
                nn.utils.vector_to_parameters(torch.from_numpy(point), model.parameters())
                losses.append(nn.functional.nll_loss(model(self._pictures), self._labels).item())
        return np.array(losses)

    def losses_on(
        self, plane: Plane, x: np.ndarray, y: np.ndarray, row_done: Callable[[], None] = lambda: None
    ) -> np.ndarray:
        """Of all networks ``centre + x * axes[0] + y * axes[1]``, shape (len(y), len(x)).

        The first layer is linear in the weights: its three products with the pictures are computed once and only
        summed at each point. That is nine tenths of a perceptron's arithmetic.
        """
        centre, across, up = ([t.clone() for t in self._layers(v)] for v in (plane.centre, *plane.axes))
        first = [self._pictures @ part[0].T + part[1] for part in (centre, across, up)]  # (n, H) each
        a = torch.from_numpy(x.astype(np.float32))
        rows = []
        with torch.no_grad():
            for b in y.astype(np.float32).tolist():
                hidden = (first[0] + b * first[2]) + a[:, None, None] * first[1]  # (len(x), n, H)
                for layer in range(1, 4):
                    weight, bias = (
                        (centre[i] + b * up[i]) + a.reshape(-1, *[1] * centre[i].ndim) * across[i]
                        for i in (2 * layer, 2 * layer + 1)
                    )
                    hidden = torch.baddbmm(bias[:, None, :], hidden.relu_(), weight.transpose(1, 2))
                scores = hidden.log_softmax(-1)
                chosen = scores.gather(2, self._labels.expand(len(x), -1)[..., None])
                rows.append(-chosen.mean(dim=(1, 2)).double().numpy())
                row_done()
        return np.stack(rows)

    def _layers(self, row: np.ndarray) -> list[torch.Tensor]:
        """Weight, bias, weight, bias, ... of a row of all weights."""
        parts, begin = [], 0
        for _, n_in, n_out in self._spec.layers(self._n_classes):
            for shape in ((n_out, n_in), (n_out,)):
                n = int(np.prod(shape))
                parts.append(torch.from_numpy(row[begin : begin + n]).reshape(shape))
                begin += n
        return parts


def _row(model: nn.Module) -> np.ndarray:
    """All weights of a network in a row, float32."""
    return nn.utils.parameters_to_vector(model.parameters()).detach().clone().numpy()


def _around(values: np.ndarray, n: int) -> np.ndarray:
    """Evenly spaced points that hold all values, with a margin."""
    low, high = float(values.min()), float(values.max())
    margin = _MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, n)
