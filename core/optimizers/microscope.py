"""One weight, one step: what an optimizer does to a single number, as formula, as numbers, and as result.

The arithmetic is written out here in plain Python, apart from torch, and tested to equal ``torch.optim``. ``record``
lets torch train the real network for its first steps and notes what happened to one weight; only that needs torch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.specs import RunSpec
from core.specs.optimizers import AdagradSpec, AdamSpec, AdamWSpec, AnyOptimizerSpec, RMSpropSpec, SGDSpec

MOST_STEPS = 50


class MicroscopeError(ChalknetError):
    """A weight or a step that is not there."""


@dataclass(frozen=True)
class Line:
    """One line of a step's calculation.

    Attributes
    ----------
    name : str
        In words.
    formula, numbers : str
        LaTeX: with letters, and the same with the numbers of this step.
    value : float
        What comes out.
    """

    name: str
    formula: str
    numbers: str
    value: float


@dataclass(frozen=True)
class Step:
    """One step of one weight: the weight before it, the lines in order, the weight after it."""

    number: int
    weight: float
    gradient: float
    lines: tuple[Line, ...]
    new_weight: float


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
        One a step.
    rates : sequence of float, optional
        The learning rate of each step, where a schedule changes it; else that of the spec.
    """
    rates = [spec.learning_rate] * len(gradients) if rates is None else rates
    state: dict[str, float] = {}
    worked = []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        match spec:
            case SGDSpec():
                lines = _sgd(spec, state, t, weight, g, rate)
            case RMSpropSpec():
                lines = _rmsprop(spec, state, t, weight, g, rate)
            case AdagradSpec():
                lines = _adagrad(state, t, weight, g, rate)
            case AdamSpec() | AdamWSpec():
                lines = _adam(spec, state, t, weight, g, rate)
        worked.append(Step(t, weight, g, tuple(lines), lines[-1].value))
        weight = lines[-1].value
    return worked


def _sgd(spec: SGDSpec, state: dict[str, float], t: int, w: float, g: float, rate: float) -> list[Line]:
    lines, d = [], g
    if mu := spec.momentum:
        old = state.get("b", 0.0)
        b = state["b"] = mu * old + g
        lines.append(Line("momentum buffer", r"b_t = \mu\,b_{t-1} + g_t", _t(r"{} \cdot {} + {}", mu, old, g), b))
        d = b
        if spec.nesterov:
            d = g + mu * b
            lines.append(Line("ahead along it", r"d_t = g_t + \mu\,b_t", _t(r"{} + {} \cdot {}", g, mu, b), d))
    letter = "g_t" if not mu else "d_t" if spec.nesterov else "b_t"
    return lines + _update(rf"\eta\,{letter}", _t(r"{} \cdot {}", rate, d), rate * d, w)


def _rmsprop(spec: RMSpropSpec, state: dict[str, float], t: int, w: float, g: float, rate: float) -> list[Line]:
    eps, alpha, mu = 1e-8, spec.alpha, spec.momentum
    old = state.get("v", 0.0)
    v = state["v"] = alpha * old + (1 - alpha) * g * g
    d = g / (math.sqrt(v) + eps)
    lines = [
        Line(
            "mean square of the gradients", r"v_t = \alpha\,v_{t-1} + (1 - \alpha)\,g_t^2",
            _t(r"{} \cdot {} + {} \cdot {}", alpha, old, 1 - alpha, _square(g)), v,
        ),
        Line(
            "gradient on its own scale", r"d_t = \frac{g_t}{\sqrt{v_t} + \varepsilon}",
            _t(r"\frac{{{}}}{{\sqrt{{{}}} + 10^{{-8}}}}", g, v), d,
        ),
    ]  # fmt: skip
    letter = "d_t"
    if mu:
        old = state.get("b", 0.0)
        b = state["b"] = mu * old + d
        lines.append(Line("momentum buffer", r"b_t = \mu\,b_{t-1} + d_t", _t(r"{} \cdot {} + {}", mu, old, d), b))
        d, letter = b, "b_t"
    return lines + _update(rf"\eta\,{letter}", _t(r"{} \cdot {}", rate, d), rate * d, w)


def _adagrad(state: dict[str, float], t: int, w: float, g: float, rate: float) -> list[Line]:
    eps = 1e-10
    old = state.get("s", 0.0)
    s = state["s"] = old + g * g
    update = rate * g / (math.sqrt(s) + eps)
    first = Line("sum of the squares so far", r"s_t = s_{t-1} + g_t^2", _t(r"{} + {}", old, _square(g)), s)
    formula = r"\eta\,\frac{g_t}{\sqrt{s_t} + \varepsilon}"
    return [first, *_update(formula, _t(r"{} \cdot \frac{{{}}}{{\sqrt{{{}}} + 10^{{-10}}}}", rate, g, s), update, w)]


def _adam(spec: AdamSpec | AdamWSpec, state: dict[str, float], t: int, w: float, g: float, rate: float) -> list[Line]:
    eps, b1, b2 = 1e-8, spec.beta1, spec.beta2
    m_old, v_old = state.get("m", 0.0), state.get("v", 0.0)
    m = state["m"] = b1 * m_old + (1 - b1) * g
    v = state["v"] = b2 * v_old + (1 - b2) * g * g
    m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
    update = rate * m_hat / (math.sqrt(v_hat) + eps)
    lines = [
        Line(
            "first moment: mean gradient", r"m_t = \beta_1\,m_{t-1} + (1 - \beta_1)\,g_t",
            _t(r"{} \cdot {} + {} \cdot {}", b1, m_old, 1 - b1, g), m,
        ),
        Line(
            "second moment: mean square", r"v_t = \beta_2\,v_{t-1} + (1 - \beta_2)\,g_t^2",
            _t(r"{} \cdot {} + {} \cdot {}", b2, v_old, 1 - b2, _square(g)), v,
        ),
        Line(
            "first moment, bias corrected", r"\hat m_t = \frac{m_t}{1 - \beta_1^t}",
            _t(r"\frac{{{}}}{{1 - {}^{{{}}}}}", m, b1, str(t)), m_hat,
        ),
        Line(
            "second moment, bias corrected", r"\hat v_t = \frac{v_t}{1 - \beta_2^t}",
            _t(r"\frac{{{}}}{{1 - {}^{{{}}}}}", v, b2, str(t)), v_hat,
        ),
    ]  # fmt: skip
    if isinstance(spec, AdamWSpec) and spec.weight_decay:
        decayed = w * (1 - rate * spec.weight_decay)
        lines.append(
            Line(
                "decayed weight", r"w'_{t-1} = w_{t-1}\,(1 - \eta\,\lambda)",
                _t(r"{} \cdot (1 - {} \cdot {})", w, rate, spec.weight_decay), decayed,
            )
        )  # fmt: skip
        w, before = decayed, r"w'_{t-1}"
    else:
        before = "w_{t-1}"
    formula = r"\eta\,\frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}"
    numbers = _t(r"{} \cdot \frac{{{}}}{{\sqrt{{{}}} + 10^{{-8}}}}", rate, m_hat, v_hat)
    return lines + _update(formula, numbers, update, w, before)


def _update(formula: str, numbers: str, update: float, w: float, before: str = "w_{t-1}") -> list[Line]:
    """The two lines that end every step."""
    return [
        Line("update", rf"\Delta_t = {formula}", numbers, update),
        Line("new weight", rf"w_t = {before} - \Delta_t", _t("{} - {}", w, update), w - update),
    ]


def number(value: float) -> str:
    """A number for a formula: five figures, and a power of ten where it is very small or large (LaTeX)."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.5g}"
    if not math.isfinite(value):
        return r"\text{no number}"
    mantissa, exponent = f"{value:.4e}".split("e")
    return rf"{mantissa.rstrip('0').rstrip('.')} \cdot 10^{{{int(exponent)}}}"


def _t(template: str, *values: float | str) -> str:
    """Numbers put into a formula; in brackets where negative or with a power of ten; text goes in as it is."""
    texts = []
    for value in values:
        text = value if isinstance(value, str) else number(value)
        is_whole = isinstance(value, str) or not (text.startswith("-") or r"\cdot" in text)
        texts.append(text if is_whole else rf"\left({text}\right)")
    return template.format(*texts)


def _square(value: float) -> str:
    return rf"\left({number(value)}\right)^2"


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
