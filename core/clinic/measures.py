"""The tests, written once for all scripts: each takes the script and how its training went, and gives a finding.

A test builds and trains with the script's own functions, so that it measures the script and not a copy of it.
"""

import copy
import itertools
import math
from collections.abc import Callable
from time import monotonic

import numpy as np
import torch

from core.clinic.finding import Finding
from core.clinic.judging import batch_of_one, fresh_pictures, halfway, predicted_classes, train_against_eval
from core.clinic.looking import batch_with_labels, inputs
from core.clinic.script import Course, Script, batches, module_of
from core.datasets.image_set import ImageSet
from core.models.drawing import seeded

N_OVERFIT, N_HELD, N_MOVED = 100, 10, 30


def overfit_one_batch(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Can the loop learn one batch by heart?"""
    images, labels = next(iter(script.loaders()[0]))
    model, optimizer = script.build()
    losses = [script.step(model, optimizer, images, labels) for _ in range(N_OVERFIT)]
    finite = [loss for loss in losses if math.isfinite(loss)]
    numbers = {"first": losses[0], "last": losses[-1], "lowest": min(finite, default=math.nan)}
    said = f"Loss of this batch of {len(labels)}: {losses[0]:.3f} at first, {losses[-1]:.3f} after {N_OVERFIT} steps."
    return Finding("overfit_one_batch", said, numbers, series={"loss": losses})


def loss_at_the_start(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Is the first loss that of a network which knows nothing?"""
    images, labels = next(iter(script.loaders()[0]))
    model, optimizer = script.build()
    loss = script.step(model, optimizer, images, labels)
    later = [course.losses[step] for step in course.parts[1:] if step < len(course.losses)]
    numbers = {"loss": loss, "expected": math.log(10), "lowest_of_parts": min(later, default=math.nan)}
    told = {"where": ["first batch"], "loss": [f"{loss:.3f}"], "ln 10": [f"{math.log(10):.3f}"]}
    for i, value in enumerate(later, 2):
        told["where"].append(f"first batch of fold {i}")
        told["loss"].append(f"{value:.3f}")
        told["ln 10"].append(f"{math.log(10):.3f}")
    return Finding("loss_at_the_start", f"First loss {loss:.3f}; ln 10 is {math.log(10):.3f}.", numbers, told)


def gradient_norms(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """The gradient that the optimizer is given, on one batch, while the weights are held."""
    images, labels = next(iter(script.loaders()[0]))
    model, optimizer = script.build()
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    layers: dict[str, list[float]] = {}
    for _ in range(N_HELD):
        script.step(model, optimizer, images, labels)
        for name, norm in _norms(model).items():
            layers.setdefault(name, []).append(norm)
    first = {name: norms[0] for name, norms in layers.items()}
    growth = {name: norms[-1] / norms[0] for name, norms in layers.items() if norms[0] > 0 and math.isfinite(norms[0])}
    numbers = {
        "growth": float(np.median(list(growth.values()))) if growth else math.nan,
        "n_layers": len(first),
        "n_none": sum(math.isnan(norm) and not _has_gradient(model, name) for name, norm in first.items()),
        "n_zero": sum(norm == 0 for norm in first.values()),
        "n_not_finite": sum(not math.isfinite(n) and _has_gradient(model, name) for name, n in first.items()),
    }
    table = {
        "layer": list(layers),
        "step 1": [_told(model, name, norms[0]) for name, norms in layers.items()],
        f"step {N_HELD}": [_told(model, name, norms[-1]) for name, norms in layers.items()],
    }
    return Finding("gradient_norms", f"The same batch {N_HELD} times, no weight moves.", numbers, table)


def weight_movement(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """How far the layers go."""
    model, optimizer = script.build()
    module = module_of(model)
    before = {name: parameter.detach().clone() for name, parameter in module.named_parameters()}
    for images, labels in itertools.islice(batches(script.loaders()[0]), N_MOVED):
        if len(labels) > 1:
            script.step(model, optimizer, images, labels)
    moved, size = _sums(module, before)
    share = {name: moved[name] / size[name] if size[name] else math.inf if moved[name] else 0.0 for name in moved}
    numbers = {
        "most": max(share.values()) if all(math.isfinite(s) for s in moved.values()) else math.inf,
        "least": min(moved.values()) if all(math.isfinite(s) for s in moved.values()) else math.inf,
        "n_layers": len(share),
        "n_still": sum(value == 0 for value in moved.values()),
        "n_began_at_zero": sum(value == 0 for value in size.values()),
    }
    table = {
        "layer": list(share),
        "its first weights": [f"{size[name]:.3g}" for name in share],
        "movement": [f"{moved[name]:.3g}" for name in share],
        "relative": ["no weights at first" if not size[name] else f"{share[name]:.3%}" for name in share],
    }
    said = f"Norm of each layer's weights and of their movement in {N_MOVED} steps."
    return Finding("weight_movement", said, numbers, table)


def _sums(module: torch.nn.Module, before: dict[str, torch.Tensor]) -> tuple[dict[str, float], dict[str, float]]:
    moved: dict[str, float] = {}
    size: dict[str, float] = {}
    for name, parameter in module.named_parameters():
        layer = name.rpartition(".")[0]
        moved[layer] = math.hypot(moved.get(layer, 0.0), float((parameter.detach() - before[name]).norm()))
        size[layer] = math.hypot(size.get(layer, 0.0), float(before[name].norm()))
    return moved, size


def _norms(model: object) -> dict[str, float]:
    """Of each layer's gradient; NaN where it has none."""
    found: dict[str, float] = {}
    for name, parameter in module_of(model).named_parameters():
        layer = name.rpartition(".")[0]
        norm = math.nan if parameter.grad is None else float(parameter.grad.norm())
        found[layer] = math.hypot(found.get(layer, 0.0), norm)
    return found


def _has_gradient(model: object, layer: str) -> bool:
    return any(
        parameter.grad is not None
        for name, parameter in module_of(model).named_parameters()
        if name.rpartition(".")[0] == layer
    )


def _told(model: object, layer: str, norm: float) -> str:
    return f"{norm:.3g}" if _has_gradient(model, layer) else "none"


MEASURES: dict[str, Callable[[Script, Course, ImageSet], Finding]] = {
    measure.__name__: measure
    for measure in (
        overfit_one_batch, loss_at_the_start, gradient_norms, weight_movement, predicted_classes, batch_with_labels,
        inputs, train_against_eval, batch_of_one, fresh_pictures, halfway,
    )
}  # fmt: skip


def measure(key: str, script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Run a test.

    Parameters
    ----------
    key : str
        Of ``core.clinic.orders``.
    script : Script
    course : Course
        Of its training, which is over.
    fresh : ImageSet
        The patient's pictures with test pictures that it never had.
    """
    begun = monotonic()
    module = module_of(course.model)
    kept = copy.deepcopy(module.state_dict())  # judging in train() mode moves batch norm's means
    try:
        with seeded(script.random_state):
            found = MEASURES[key](script, course, fresh)
    finally:
        module.load_state_dict(kept)
    return Finding(**{**vars(found), "seconds": monotonic() - begun})
