"""What is measured of a network's health while it trains: gradients, updates, dead units, predicted classes.

Once an epoch and of one batch alone, so that it costs next to nothing; it draws no random number, so a run is the same
with it and without. What the numbers mean stands in ``core.runs.health``.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

_LEAST_STEPS = 50  # between two measurements: an epoch of a few batches would cost more than it may
_RELUS = {F.relu, F.relu_, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_}
_LAYERS = {F.linear, F.conv2d, torch.conv2d, F.batch_norm, torch.batch_norm}


class Checkup:
    """Measures one network.

    Parameters
    ----------
    model : nn.Module
    n_steps_per_epoch : int
        Gradients and updates are measured at the last step of each epoch: the first one of a run is not typical.
    """

    def __init__(self, model: nn.Module, n_steps_per_epoch: int) -> None:
        self._model, self._n_steps_per_epoch = model, n_steps_per_epoch
        self._due, self._is_measured = 0, False
        self._before: dict[str, torch.Tensor] = {}
        self._layers: list[tuple[str, float | None, float]] = []
        self._dead: list[tuple[str, float]] = []

    def around(self, begin_step: Callable[[int], None]) -> Callable[[int], None]:
        """What is done at the beginning of each step, and the weights looked at before the last one of an epoch."""

        def begin(step: int) -> None:
            begin_step(step)
            self._is_measured = (step + 1) % self._n_steps_per_epoch == 0 and step >= self._due
            if self._is_measured:
                self._due = step + _LEAST_STEPS
                self._before = {name: weight.detach().clone() for name, weight in _weights(self._model)}

        return begin

    def end_step(self) -> None:
        """A step is done: where the weights were looked at before it, compare them."""
        if not self._before:
            return
        self._layers = []
        for name, weight in _weights(self._model):
            before, gradient = self._before[name], weight.grad
            norm = None if gradient is None else _number(torch.linalg.vector_norm(gradient))
            moved = torch.linalg.vector_norm(weight.detach() - before)
            self._layers.append((name, norm, _number(moved / torch.linalg.vector_norm(before))))
        self._before = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around the judging of pictures: which units stay at 0 for each of the first batch is seen."""
        if not self._is_measured:
            yield
            return
        eyes = _Eyes(self._model)
        with eyes:
            yield
        self._dead = eyes.dead

    def told(self, probabilities: np.ndarray) -> dict[str, Any]:
        """All that was measured since it was last told, as plain numbers.

        Parameters
        ----------
        probabilities : ndarray of shape (n, n_classes)
            Of the judged pictures.

        Returns
        -------
        dict
            ``n_classes``, ``n_predicted`` (classes that some judged picture is taken for), ``layers``: name, norm of
            the gradient (None: it got none) and norm of the update over norm of the weights, of each layer that
            learns; ``dead``: layer before a ReLU and the share of its units, from 0 to 1, that are 0 for each of
            the first 100 judged pictures. Both are empty where an epoch follows too soon on the last that was measured.
        """
        layers, self._layers = self._layers, []
        dead, self._dead = self._dead, []
        return {
            "n_classes": probabilities.shape[1],
            "n_predicted": len(np.unique(probabilities.argmax(axis=1))),
            "layers": layers,
            "dead": dead,
        }


class _Eyes(TorchFunctionMode):
    """Sees what comes out of each ReLU in the first forward pass, whether it is a module or a function."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._names = {id(weight): name for name, weight in _all_weights(model)}
        self._layer = ""
        self.dead: list[tuple[str, float]] = []
        self._is_done = False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if self._is_done:
            return out
        if func in _LAYERS:
            self._layer = next((name for given in args if (name := self._names.get(id(given)))), self._layer)
        elif func in _RELUS and out.dim() > 1:
            # A channel is a unit: dead where it is 0 for each picture and everywhere
            units = out.detach().amax(dim=[0, *range(2, out.dim())])
            self.dead.append((self._layer, round(float((units <= 0).float().mean()), 4)))
        elif func is F.cross_entropy:  # the batch has been judged: one is enough
            self._is_done = True
        return out


def _all_weights(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [
        (name.removesuffix(".weight"), weight) for name, weight in model.named_parameters() if name.endswith("weight")
    ]


def _weights(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """Of the layers that learn; biases and the scales of a normalization follow them."""
    return [(name, weight) for name, weight in _all_weights(model) if weight.requires_grad and weight.dim() > 1]


def _number(value: torch.Tensor) -> float:
    """To four digits; infinity stands for what is none, as NaN is not equal to itself."""
    number = float(value)
    return float(f"{number:.4g}") if math.isfinite(number) else math.inf
