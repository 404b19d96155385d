"""One step of one weight under each optimizer, written out line by line: in words, letters and numbers.

Plain Python, apart from torch, and tested to equal ``torch.optim``. To add an optimizer: a function here for its
record.
"""

import math
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from core.specs.optimizers import (
    AdadeltaSpec,
    AdagradSpec,
    AdamSpec,
    AdamWSpec,
    BaseOptimizerSpec,
    NAdamSpec,
    RMSpropSpec,
    SGDSpec,
)

State = dict[str, float]  # what an optimizer keeps of a weight from step to step, by the letters of the formulas


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


@singledispatch
def step_lines(spec: BaseOptimizerSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    """The lines of one step; the last two are the update and the new weight.

    Parameters
    ----------
    spec : optimizer spec
        Its class decides which arithmetic.
    state : dict of str to float
        Empty before the first step; changed.
    t : int
        The step's number, from 1 on.
    w, g : float
        The weight before the step, and its gradient.
    rate : float
        The learning rate of this step.
    """
    raise NotImplementedError(f"{type(spec).__name__} has no arithmetic yet; add it to core.optimizers.arithmetic")


@step_lines.register
def _sgd(spec: SGDSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
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


@step_lines.register
def _rmsprop(spec: RMSpropSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    mean = _mean_square("mean square of the gradients", state, ("v", r"\alpha", "g"), spec.alpha, g)
    d = g / (math.sqrt(mean.value) + 1e-8)
    formula = r"d_t = \frac{g_t}{\sqrt{v_t} + \varepsilon}"
    numbers = _t(r"\frac{{{}}}{{\sqrt{{{}}} + 10^{{-8}}}}", g, mean.value)
    lines, letter = [mean, Line("gradient on its own scale", formula, numbers, d)], "d_t"
    if mu := spec.momentum:
        old = state.get("b", 0.0)
        b = state["b"] = mu * old + d
        lines.append(Line("momentum buffer", r"b_t = \mu\,b_{t-1} + d_t", _t(r"{} \cdot {} + {}", mu, old, d), b))
        d, letter = b, "b_t"
    return lines + _update(rf"\eta\,{letter}", _t(r"{} \cdot {}", rate, d), rate * d, w)


@step_lines.register
def _adagrad(spec: AdagradSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    old = state.get("s", 0.0)
    s = state["s"] = old + g * g
    update = rate * g / (math.sqrt(s) + 1e-10)
    first = Line("sum of the squares so far", r"s_t = s_{t-1} + g_t^2", _t(r"{} + {}", old, _square(g)), s)
    formula = r"\eta\,\frac{g_t}{\sqrt{s_t} + \varepsilon}"
    return [first, *_update(formula, _t(r"{} \cdot \frac{{{}}}{{\sqrt{{{}}} + 10^{{-10}}}}", rate, g, s), update, w)]


@step_lines.register
def _adam(spec: AdamSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    return _adams(spec, 0.0, state, t, w, g, rate)


@step_lines.register
def _adamw(spec: AdamWSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    return _adams(spec, spec.weight_decay, state, t, w, g, rate)


def _adams(
    spec: AdamSpec | AdamWSpec, decay: float, state: State, t: int, w: float, g: float, rate: float
) -> list[Line]:
    m, v = _moments(spec.beta1, spec.beta2, state, g)
    m_hat = _corrected("first moment", "m", r"\beta_1", m.value, spec.beta1, t)
    v_hat = _corrected("second moment", "v", r"\beta_2", v.value, spec.beta2, t)
    lines, before = [m, v, m_hat, v_hat], "w_{t-1}"
    if decay:
        numbers = _t(r"{} \cdot (1 - {} \cdot {})", w, rate, decay)
        w = w * (1 - rate * decay)
        lines.append(Line("decayed weight", r"w'_{t-1} = w_{t-1}\,(1 - \eta\,\lambda)", numbers, w))
        before = r"w'_{t-1}"
    formula = r"\eta\,\frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}"
    numbers = _t(r"{} \cdot \frac{{{}}}{{\sqrt{{{}}} + 10^{{-8}}}}", rate, m_hat.value, v_hat.value)
    update = rate * m_hat.value / (math.sqrt(v_hat.value) + 1e-8)
    return lines + _update(formula, numbers, update, w, before)


@step_lines.register
def _nadam(spec: NAdamSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    now = _momentum_at("momentum of this step", "t", spec, t)
    ahead = _momentum_at("momentum of the next step", "t+1", spec, t + 1)
    mu, mu_next, old = now.value, ahead.value, state.get("Pi", 1.0)
    pi = state["Pi"] = float(np.float32(old) * np.float32(mu))  # torch keeps it in 32 bits, whatever the weights have
    product = Line("product of the momenta", r"\Pi_t = \Pi_{t-1}\,\mu_t", _t(r"{} \cdot {}", old, mu), pi)
    m, v = _moments(spec.beta1, spec.beta2, state, g)
    v_hat = _corrected("second moment", "v", r"\beta_2", v.value, spec.beta2, t)
    formula = r"a_t = \frac{\mu_{t+1}\,m_t}{1 - \Pi_t\,\mu_{t+1}}"
    numbers = _t(r"\frac{{{} \cdot {}}}{{1 - {} \cdot {}}}", mu_next, m.value, pi, mu_next)
    a = Line("first moment's part, one step ahead", formula, numbers, mu_next * m.value / (1 - pi * mu_next))
    numbers = _t(r"\frac{{(1 - {}) \cdot {}}}{{1 - {}}}", mu, g, pi)
    c = Line("gradient's part", r"c_t = \frac{(1 - \mu_t)\,g_t}{1 - \Pi_t}", numbers, (1 - mu) * g / (1 - pi))
    update = rate * (a.value + c.value) / (math.sqrt(v_hat.value) + 1e-8)
    formula = r"\eta\,\frac{a_t + c_t}{\sqrt{\hat v_t} + \varepsilon}"
    numbers = _t(r"{} \cdot \frac{{{} + {}}}{{\sqrt{{{}}} + 10^{{-8}}}}", rate, a.value, c.value, v_hat.value)
    return [now, ahead, product, m, v, v_hat, a, c, *_update(formula, numbers, update, w)]


def _momentum_at(name: str, letter: str, spec: NAdamSpec, t: int) -> Line:
    """NAdam's momentum grows from half of beta 1 to the whole of it."""
    times = letter.replace("t+1", "(t+1)")
    formula = rf"\mu_{{{letter}}} = \beta_1\,(1 - 0.5 \cdot 0.96^{{{times}\,\psi}})"
    numbers = _t(r"{} \cdot (1 - 0.5 \cdot 0.96^{{{} \cdot {}}})", spec.beta1, str(t), spec.momentum_decay)
    return Line(name, formula, numbers, spec.beta1 * (1 - 0.5 * 0.96 ** (t * spec.momentum_decay)))


@step_lines.register
def _adadelta(spec: AdadeltaSpec, state: State, t: int, w: float, g: float, rate: float) -> list[Line]:
    eps, old = spec.eps, state.get("u", 0.0)
    v = _mean_square("mean square of the gradients", state, ("v", r"\rho", "g"), spec.rho, g)
    d = math.sqrt(old + eps) / math.sqrt(v.value + eps) * g
    formula = r"d_t = \frac{\sqrt{u_{t-1} + \varepsilon}}{\sqrt{v_t + \varepsilon}}\,g_t"
    numbers = _t(r"\frac{{\sqrt{{{} + {}}}}}{{\sqrt{{{} + {}}}}} \cdot {}", old, eps, v.value, eps, g)
    u = _mean_square("mean square of the movements", state, ("u", r"\rho", "d"), spec.rho, d)
    lines = [v, Line("gradient on the scale of the movements", formula, numbers, d), u]
    return lines + _update(r"\eta\,d_t", _t(r"{} \cdot {}", rate, d), rate * d, w)


def _moments(beta1: float, beta2: float, state: State, g: float) -> tuple[Line, Line]:
    """Adam's two means."""
    old = state.get("m", 0.0)
    m = state["m"] = beta1 * old + (1 - beta1) * g
    formula = r"m_t = \beta_1\,m_{t-1} + (1 - \beta_1)\,g_t"
    numbers = _t(r"{} \cdot {} + {} \cdot {}", beta1, old, 1 - beta1, g)
    second = _mean_square("second moment: mean square", state, ("v", r"\beta_2", "g"), beta2, g)
    return Line("first moment: mean gradient", formula, numbers, m), second


def _mean_square(name: str, state: State, letters: tuple[str, str, str], kept: float, new: float) -> Line:
    """A mean of squares that forgets; the letters are its own, that of the share that is kept, and that of the new."""
    own, share, what = letters
    old = state.get(own, 0.0)
    value = state[own] = kept * old + (1 - kept) * new * new
    formula = rf"{own}_t = {share}\,{own}_{{t-1}} + (1 - {share})\,{what}_t^2"
    return Line(name, formula, _t(r"{} \cdot {} + {} \cdot {}", kept, old, 1 - kept, _square(new)), value)


def _corrected(name: str, letter: str, share: str, value: float, kept: float, t: int) -> Line:
    """A mean that began at zero, made as large as if it had not."""
    formula = rf"\hat {letter}_t = \frac{{{letter}_t}}{{1 - {share}^t}}"
    numbers = _t(r"\frac{{{}}}{{1 - {}^{{{}}}}}", value, kept, str(t))
    return Line(f"{name}, bias corrected", formula, numbers, value / (1 - kept**t))


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
