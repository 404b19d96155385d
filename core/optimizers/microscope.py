"""One weight, one step: what an optimizer does to a single number, as formula, as numbers, and as result.

``steps`` works it out by ``core.optimizers.arithmetic``. ``record`` lets torch train the real network for its first
steps and notes what happened to one weight; only that needs torch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.optimizers.arithmetic import Line, step_lines
from core.specs import AnyOptimizerSpec, RunSpec

MOST_STEPS = 50


class MicroscopeError(ChalknetError):
    """A weight or a step that is not there."""


@dataclass(frozen=True)
class Step:
    """One step of one weight: the weight before it, the lines in order, the weight after it; its learning rate."""

    number: int
    weight: float
    gradient: float
    lines: tuple[Line, ...]
    new_weight: float
    rate: float

    @property
    def update(self) -> float:
        """What is taken off the weight; AdamW's decay comes on top."""
        return self.lines[-2].value

    @property
    def in_rates(self) -> float:
        """The update as a multiple of the learning rate; NaN where a schedule has brought that down to 0."""
        return self.update / self.rate if self.rate else math.nan


@dataclass(frozen=True)
class Recording:
    """What torch did to one weight of the real network.

    Attributes
    ----------
    layer : str
    index : int
        Of the weight, as the layer's weights lie in a row.
    place : tuple of int
        The same in the shape of the layer's weights.
    weights : tuple of float, of length n_steps + 1
        Before the first step, and after each.
    gradients, rates, losses : tuple of float, of length n_steps
        Of each step's batch, before the step; the learning rate of the step.
    """

    layer: str
    index: int
    place: tuple[int, ...]
    weights: tuple[float, ...]
    gradients: tuple[float, ...]
    rates: tuple[float, ...]
    losses: tuple[float, ...]


def steps(
    spec: AnyOptimizerSpec, weight: float, gradients: Sequence[float], rates: Sequence[float] | None = None
) -> list[Step]:
    """Work out what an optimizer makes of a row of gradients.

    Parameters
    ----------
    spec : optimizer spec
    weight : float
        Before the first step.
    gradients : sequence of float
        One per step.
    rates : sequence of float, optional
        The learning rate of each step, where a schedule changes it; else that of the spec.
    """
    rates = [spec.learning_rate] * len(gradients) if rates is None else rates
    state: dict[str, float] = {}
    worked = []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        lines = step_lines(spec, state, t, weight, g, rate)
        worked.append(Step(t, weight, g, tuple(lines), lines[-1].value, rate))
        weight = lines[-1].value
    return worked


def first_step(spec: AnyOptimizerSpec, gradient: float = 1.0) -> float:
    """How many learning rates the very first step takes off a weight with this gradient.

    What keeps a mean of squares begins it at 0. Adam corrects for that; RMSprop does not, so its first mean is
    ``1 - alpha`` of the square alone, and its first step ``1 / sqrt(1 - alpha)`` rates long: ten, as torch has alpha.
    """
    return steps(spec, 0.0, [gradient])[0].in_rates


def layers(spec: RunSpec, n_classes: int) -> dict[str, tuple[int, ...]]:
    """The layers that have weights to look at, in order, with the shape of each."""
    import torch

    from core.models import build_model

    with torch.device("meta"):  # shapes alone: nothing is drawn or stored
        model = build_model(spec.model, n_classes)
    return {name.removesuffix(".weight"): tuple(p.shape) for name, p in model.named_parameters() if p.ndim > 1}


def record(spec: RunSpec, images: ImageSet, layer: str, index: int | None = None, *, n_steps: int = 30) -> Recording:
    """Let torch take the first steps of a run, and note what happens to one weight.

    Parameters
    ----------
    spec : RunSpec
    images : ImageSet
        The pictures of ``spec.data``.
    layer : str
        One of ``layers``.
    index : int, optional
        Of the weight, as the layer's weights lie in a row; without it, the one with the largest first gradient.
    n_steps : int
        At most; the run may have fewer batches.

    Raises
    ------
    MicroscopeError
        If there is no such layer or weight, or too many steps are asked for.
    """
    from core.optimizers.first_steps import follow

    if not 1 <= n_steps <= MOST_STEPS:
        raise MicroscopeError(f"n_steps is {n_steps}; allowed is a whole number from 1 to {MOST_STEPS}.")
    known = layers(spec, len(images.class_names))
    if layer not in known:
        raise MicroscopeError(f"This network has no layer {layer!r}; it has: {', '.join(known)}.")
    n = math.prod(known[layer])
    if index is not None and not 0 <= index < n:
        raise MicroscopeError(f"Weight {index} is not in {layer}: its {n:,} weights are numbered from 0 to {n - 1:,}.")
    weights: list[float] = []
    gradients, losses, rates = [], [], []
    for moment in follow(spec, images, n_steps=n_steps):
        parameter = moment.model.get_parameter(f"{layer}.weight")
        if moment.step == 0:
            before = parameter.detach().clone()
            continue
        assert parameter.grad is not None, "a step was taken"
        gradient = parameter.grad.reshape(-1)
        if index is None:
            index = int(gradient.abs().argmax())
        if not weights:
            weights.append(float(before.reshape(-1)[index]))
        gradients.append(float(gradient[index]))
        weights.append(float(parameter.detach().reshape(-1)[index]))
        losses.append(moment.loss)
        rates.append(moment.rate)
    assert index is not None, "a run has a batch"
    place = tuple(int(i) for i in np.unravel_index(index, known[layer]))
    return Recording(layer, index, place, tuple(weights), tuple(gradients), tuple(rates), tuple(losses))
