"""Surfaces of two variables, and the paths that torch's own optimizers take down them.

Only ``walk`` needs torch; it is imported there. Gradients are written down by hand (autograd would take ten times as
long as the step itself) and tested against autograd.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.lab.errors import ChalknetError

if TYPE_CHECKING:
    from core.specs import AnyOptimizerSpec

MOST_STEPS = 300
_FAR = 1e6  # a path that is so far out will not come back: it ends there


class LandscapeError(ChalknetError):
    """A surface that is not there, or a start that is not on it."""


@dataclass(frozen=True)
class Surface:
    """A function of two variables.

    Attributes
    ----------
    key, title, formula, lesson : str
        ``formula`` is LaTeX; ``lesson`` says what to look for.
    height : callable
        Of x and y: numbers, arrays or tensors.
    gradient : callable
        Of two numbers: the two partial derivatives.
    x_range, y_range, start : pair of float
    minima : tuple of pairs
        Where it is lowest: all places of the picture, and no other (a test looks for them).
    rates : mapping of str to float
        A learning rate that suits it, by the contestant's title with its usual settings: from ``start`` on the path
        stays in the picture and comes nearer to a minimum (tested for each contestant).
    noise : float
        Standard deviation of what is added to each partial derivative at each step.
    """

    key: str
    title: str
    formula: str
    lesson: str
    height: Callable[[Any, Any], object]
    gradient: Callable[[float, float], tuple[float, float]]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    rates: Mapping[str, float]
    noise: float = 0.0


@dataclass(frozen=True)
class Path:
    """One optimizer's way.

    Attributes
    ----------
    points : ndarray of shape (n + 1, 2), float64
        From the start on; all finite.
    heights : ndarray of shape (n + 1,), float64
        Of the surface there, without noise.
    is_lost : bool
        Whether it ended early because the steps grew without bound.
    """

    points: np.ndarray
    heights: np.ndarray
    is_lost: bool


def _rates(
    sgd: float, momentum: float, nesterov: float, rmsprop: float, adagrad: float, adam: float, adamw: float,
    nadam: float, adadelta: float,
) -> dict[str, float]:  # fmt: skip
    """Of each contestant by its title, found by trying the rates of the sliders."""
    return {
        "SGD": sgd, "SGD + momentum": momentum, "Nesterov": nesterov, "RMSprop": rmsprop, "Adagrad": adagrad,
        "Adam": adam, "AdamW": adamw, "NAdam": nadam, "Adadelta": adadelta,
    }  # fmt: skip


def bowl(condition: float = 10.0) -> Surface:
    """A quadratic bowl; ``condition`` is how many times steeper it is in y than in x."""
    k = condition
    lesson = (
        f"Plain SGD's rate has to stay below 2 / {k:g} = {2 / k:.3g} or y runs away, with momentum 0.9 below "
        f"3.8 / {k:g} = {3.8 / k:.3g}. Plain SGD at that rate brings x nearer by {2 / k:.0%} per step."
        if k >= 2
        else "Nearly as steep in x as in y: the way leads straight down, and one rate suits both."
    )
    return Surface(
        "bowl", "Quadratic bowl", rf"f(x, y) = \tfrac12\,(x^2 + {k:g}\,y^2)",
        lesson,
        lambda x, y: 0.5 * (x * x + k * y * y),
        lambda x, y: (x, k * y),
        (-4, 4), (-3, 3), (-3.5, 2.0), ((0, 0),),
        _rates(1 / k, 0.2 / k, 0.2 / k, 0.05, 1, 0.2, 0.2, 0.2, 5),  # steps along the gradient grow with the slope
    )  # fmt: skip


ROSENBROCK = Surface(
    "rosenbrock", "Rosenbrock", r"f(x, y) = (1 - x)^2 + 100\,(y - x^2)^2",
    "Into the curved valley is easy; along its flat floor is not.",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    lambda x, y: (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    (-2, 2), (-1, 3), (-1.5, 2.0), ((1, 1),),
    _rates(0.001, 0.001, 0.001, 0.05, 0.5, 0.2, 0.2, 0.2, 10),
)  # fmt: skip

BEALE = Surface(
    "beale", "Beale", r"f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    "Nearly flat in the middle, cliffs at the edges: one rate for both is hard to find.",
    lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    lambda x, y: (
        2 * (1.5 - x + x * y) * (y - 1) + 2 * (2.25 - x + x * y**2) * (y**2 - 1)
        + 2 * (2.625 - x + x * y**3) * (y**3 - 1),
        2 * (1.5 - x + x * y) * x + 4 * (2.25 - x + x * y**2) * x * y + 6 * (2.625 - x + x * y**3) * x * y**2,
    ),
    (-4.5, 4.5), (-4.5, 4.5), (1.0, 1.5), ((3, 0.5),),
    _rates(0.01, 0.002, 0.002, 0.05, 1, 0.1, 0.1, 0.1, 5),
)  # fmt: skip

HIMMELBLAU = Surface(
    "himmelblau", "Himmelblau", r"f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "Four minima of the same depth: which one is found depends on the start and on the optimizer.",
    lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    lambda x, y: (
        4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
        2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
    ),
    (-5, 5), (-5, 5), (-0.5, -0.5),
    ((3, 2), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.283185991286170),
     (3.584428340330492, -1.848126526964404)),
    _rates(0.005, 0.002, 0.002, 0.05, 0.5, 0.1, 0.1, 0.1, 5),
)  # fmt: skip

SADDLE = Surface(
    "saddle", "Saddle", r"f(x, y) = \tfrac12\,(x^2 - y^2) + \tfrac18\,y^4",
    "At (0, 0) the gradient is zero and it is no minimum: who leaves it first?",
    lambda x, y: 0.5 * (x * x - y * y) + 0.125 * y**4,
    lambda x, y: (x, -y + 0.5 * y**3),
    (-2.5, 2.5), (-2.2, 2.2), (2.0, 0.01), ((0, math.sqrt(2)), (0, -math.sqrt(2))),
    _rates(0.1, 0.05, 0.05, 0.02, 0.5, 0.1, 0.1, 0.05, 5),
)  # fmt: skip

NOISY_VALLEY = Surface(
    "valley", "Noisy valley", r"f(x, y) = \tfrac12\,(0.1\,x^2 + 4\,y^2),\quad \nabla f + \text{noise}",
    "Each gradient is off by luck, as that of a small batch is; all contestants get the same luck.",
    lambda x, y: 0.5 * (0.1 * x * x + 4 * y * y),
    lambda x, y: (0.1 * x, 4 * y),
    (-6, 6), (-3, 3), (-5.0, 2.0), ((0, 0),),
    _rates(0.1, 0.01, 0.01, 0.05, 0.5, 0.1, 0.1, 0.1, 10),
    noise=1.0,
)  # fmt: skip

SURFACES = ("bowl", "rosenbrock", "beale", "himmelblau", "saddle", "valley")


def surface(key: str, *, condition: float = 10.0) -> Surface:
    """One of ``SURFACES``.

    Raises
    ------
    LandscapeError
        If there is no such surface.
    """
    if key == "bowl":
        return bowl(condition)
    for known in (ROSENBROCK, BEALE, HIMMELBLAU, SADDLE, NOISY_VALLEY):
        if known.key == key:
            return known
    raise LandscapeError(f"There is no surface {key!r}; there are: {', '.join(SURFACES)}.")


def suited_rate(on: Surface, optimizer: "AnyOptimizerSpec") -> float:
    """A learning rate for this surface: at the network's usual ones a path flies off here, or hardly moves.

    Where momentum adds up more steps than is usual for this contestant, the rate is divided as they are multiplied.
    """
    record = type(optimizer)
    usual = record(**next(v.fixed for v in record.variants if v.title == optimizer.title))
    rate = on.rates.get(optimizer.title, record.usual_rate)
    return rate * min(1.0, usual.steps_added_up / optimizer.steps_added_up)


def walk(
    on: Surface,
    start: tuple[float, float],
    optimizers: "Sequence[AnyOptimizerSpec]",
    *,
    n_steps: int = MOST_STEPS,
    random_state: int = 0,
) -> list[Path]:
    """Let torch's own optimizers go down a surface, all from one start, in float64.

    Parameters
    ----------
    on : Surface
    start : pair of float
        Inside of the surface's ranges.
    optimizers : sequence of optimizer specs
    n_steps : int
        From 1 to ``MOST_STEPS``.
    random_state : int
        Seed of the noise, which is the same for all of them.

    Raises
    ------
    LandscapeError
        If the start is off the surface, or there are too many steps.
    """
    import torch

    from core.training.optimizers import build_optimizer

    if not 1 <= n_steps <= MOST_STEPS:
        raise LandscapeError(f"n_steps is {n_steps}; allowed is a whole number from 1 to {MOST_STEPS}.")
    for name, value, (low, high) in (("x", start[0], on.x_range), ("y", start[1], on.y_range)):
        if not low <= value <= high:
            raise LandscapeError(f"The start's {name} is {value:g}; on this surface it is from {low:g} to {high:g}.")
    noise = (on.noise * np.random.default_rng(random_state).standard_normal((n_steps, 2))).tolist()
    paths = []
    for spec in optimizers:
        place = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        optimizer = build_optimizer(spec, torch.nn.ParameterList([place]))
        x, y = start
        points = [(float(x), float(y))]
        is_lost = False
        for dx, dy in noise:
            gx, gy = on.gradient(x, y)
            place.grad = torch.tensor((gx + dx, gy + dy), dtype=torch.float64)
            optimizer.step()
            x, y = place.tolist()
            if not (abs(x) < _FAR and abs(y) < _FAR):  # not a number is not below either
                is_lost = True
                break
            points.append((x, y))
        way = np.array(points)
        paths.append(Path(way, np.asarray(on.height(way[:, 0], way[:, 1])), is_lost))
    return paths


def heights(on: Surface, n: int = 121) -> np.ndarray:
    """The surface on a grid, of shape (n, n), float64: row is y from its smallest on, column is x."""
    x, y = np.meshgrid(np.linspace(*on.x_range, n), np.linspace(*on.y_range, n))
    return np.asarray(on.height(x, y))


def shades(values: np.ndarray) -> np.ndarray:
    """Heights as numbers from 0 (lowest) to 1 for colouring, float32.

    Half logarithm, so that a flat floor and a cliff both show their lines.
    """
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    if high == low:
        return np.zeros_like(values, dtype=np.float32)
    floor = max(float(np.median(finite)) - low, (high - low) * 1e-3) * 0.05
    scaled = np.log1p((np.nan_to_num(values, nan=high, posinf=high) - low) / floor) / math.log1p((high - low) / floor)
    return np.asarray(scaled.clip(0, 1), dtype=np.float32)


def distance_to_minimum(on: Surface, point: Sequence[float]) -> float:
    """From a point to the nearest minimum."""
    return min(math.dist(point, minimum) for minimum in on.minima)
