"""The settings of Question 6 as widgets: who races, on which network, how long."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.optimizers import race
from core.optimizers.race import Contestants
from core.specs import CNNSpec, MLPSpec, RunSpec
from core.specs.optimizers import AdagradSpec, AdamSpec, AdamWSpec, AnyOptimizerSpec, RMSpropSpec, SGDSpec
from core.specs.schedules import AnyScheduleSpec, ConstantSpec, CosineSpec, StepSpec, WarmUpSpec
from pages.shared.controls.training import LEARNING_RATES, batch_size_slider, machine_settings, seed_field
from pages.shared.controls.widgets import choice, choice_slider, complain_about_link, number_slider
from pages.shared.frame.frame import Lab

RATES = [float(f"{rate:.0e}") for rate in LEARNING_RATES]
DECAYS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
SGD, MOMENTUM, NESTEROV, RMSPROP, ADAGRAD, ADAM, ADAMW = KINDS = (
    "SGD", "SGD + momentum", "Nesterov", "RMSprop", "Adagrad", "Adam", "AdamW",
)  # fmt: skip
# The first three are the handout's: its SGD, and what it says to put in its place
DEFAULTS = (MOMENTUM, ADAM, RMSPROP, SGD, NESTEROV, ADAGRAD)
USUAL_RATES = {SGD: 0.01, MOMENTUM: 0.01, NESTEROV: 0.01, RMSPROP: 0.001, ADAGRAD: 0.01, ADAM: 0.001, ADAMW: 0.001}
MLP, CNN = "MLP", "CNN"
SCHEDULES = ("constant", "step", "cosine", "warm-up")


@dataclass(frozen=True)
class RaceSettings:
    """What the widgets say.

    Attributes
    ----------
    base : RunSpec
        All settings but the optimizers; its own optimizer is the first contestant's.
    contestants : dict of str to optimizer spec
    """

    base: RunSpec
    contestants: Contestants


def optimizers_controls(lab: Lab) -> RaceSettings:
    """Draw them; returns what they say."""
    n = number_slider("Contestants", "n_contestants", low=race.FEWEST, high=race.MOST, step=1, default=3)
    optimizers = [_contestant(i) for i in range(1, n + 1)]
    st.button(
        "Handout's race", icon=":material/undo:", on_click=_put, args=([(k, 0.01) for k in DEFAULTS[:3]],),
        key="handout_race", width="stretch",
        help="Question 1's SGD, and Adam and RMSprop in its place with the same learning rate, 0.01.",
    )  # fmt: skip
    st.button(
        "Usual rates", icon=":material/tune:", on_click=_usual_rates, key="usual_rates", width="stretch",
        help="Each contestant with the learning rate that it is most often used with.",
    )  # fmt: skip
    network = choice(
        "Network", "network", options=(MLP, CNN), default=MLP,
        help="The perceptron of Question 1, or the convolutional network of Question 3.",
    )  # fmt: skip
    model: MLPSpec | CNNSpec
    if network == MLP:
        model = MLPSpec(H=number_slider("H, units of a hidden layer", "H", low=8, high=1024, step=8, default=128))
    else:
        filters = number_slider("Filters, convolutions 1 and 2", "channels1", low=4, high=128, step=4, default=32)
        more = number_slider("Filters, convolutions 3 and 4", "channels2", low=4, high=128, step=4, default=64)
        model = CNNSpec(channels1=filters, channels2=more)
    n_epochs = number_slider("Epochs", "n_epochs", low=1, high=50, step=1, default=4)
    schedule = _schedule(n_epochs)
    batch_size = batch_size_slider(32, smallest=1 if network == MLP else 2)
    seed = seed_field()
    base = RunSpec(
        data=lab.data,
        model=model,
        optimizer=optimizers[0],
        schedule=schedule,
        n_epochs=n_epochs,
        batch_size=batch_size,
        random_state=seed,
        **machine_settings(),
    )
    return RaceSettings(base, race.named(optimizers))


def put_rates(rates: dict[str, float]) -> None:
    """A callback: give the contestants these learning rates, by their kinds, and open the race."""
    for i in range(1, race.MOST + 1):
        kind = st.session_state.get(f"o{i}", DEFAULTS[i - 1])
        if kind in rates:
            st.session_state[f"lr{i}"] = rates[kind]
    st.session_state["tab"] = "Race"


def decimal(rate: float) -> str:
    """A learning rate without a power of ten."""
    return f"{rate:.5f}".rstrip("0").rstrip(".")


def _contestant(i: int) -> AnyOptimizerSpec:
    """One contestant behind a button that says what it is."""
    kind_key, rate_key = f"o{i}", f"lr{i}"
    kind = _known(kind_key, {k: k for k in KINDS}, DEFAULTS[i - 1])
    rate = _known(rate_key, {decimal(r): r for r in RATES}, 0.01)
    with st.popover(f"{i}. {kind}, {decimal(rate)}", key=f"contestant{i}", width="stretch"):
        complain_about_link(kind_key, f"Optimizer {i}", KINDS.__contains__, f"one of {', '.join(KINDS)}", kind)
        kind = st.selectbox(
            f"Optimizer {i}", KINDS, KINDS.index(DEFAULTS[i - 1]), key=kind_key, bind="query-params"
        )
        rate = choice_slider(
            f"Learning rate {i}", rate_key, options=RATES, default=0.01, format_option=decimal,
            help="How far each step goes.",
        )  # fmt: skip
        given: dict[str, Any] = {"learning_rate": rate}
        if kind == SGD:
            return SGDSpec(**given, momentum=0.0)
        if kind in (MOMENTUM, NESTEROV):
            momentum = number_slider(f"Momentum {i}", f"m{i}", low=0.05, high=0.99, step=0.01, default=0.9)
            return SGDSpec(**given, momentum=momentum, nesterov=kind == NESTEROV)
        if kind == RMSPROP:
            given["alpha"] = _decay(f"Alpha {i}", f"al{i}", 0.99, "How much of the mean square is kept at each step.")
            given["momentum"] = _decay(f"Momentum {i}", f"rm{i}", 0.0, "Of the scaled gradients; torch's default is 0.")
            return RMSpropSpec(**given)
        if kind == ADAGRAD:
            st.caption("It has no other coefficient: the squares are summed up and never forgotten.")
            return AdagradSpec(**given)
        given["beta1"] = _decay(f"Beta 1, contestant {i}", f"b1_{i}", 0.9, "How much of the mean gradient is kept.")
        given["beta2"] = _decay(f"Beta 2, contestant {i}", f"b2_{i}", 0.999, "How much of the mean square is kept.")
        if kind == ADAM:
            return AdamSpec(**given)
        given["weight_decay"] = number_slider(
            f"Weight decay {i}", f"wd{i}", low=0.0, high=1.0, step=0.01, default=0.01,
            help="The share of learning rate times weight that each step takes away.",
        )  # fmt: skip
        return AdamWSpec(**given)


def _decay(label: str, key: str, default: float, help: str) -> float:
    decay: float = choice_slider(
        label, key, options=DECAYS, default=default, format_option=lambda d: f"{d:g}", help=help
    )
    return decay


def _schedule(n_epochs: int) -> AnyScheduleSpec:
    """How the learning rate changes, for all contestants alike."""
    key, label = "schedule", "Learning rate over time"
    complain_about_link(key, label, SCHEDULES.__contains__, f"one of {', '.join(SCHEDULES)}", SCHEDULES[0])
    kind = st.selectbox(
        label, SCHEDULES, key=key, bind="query-params",
        help="For all contestants alike: constant; a tenth after every so many epochs; half a cosine down to 0; or "
        "growing at first.",
    )  # fmt: skip
    if kind == "step":
        return StepSpec(every=number_slider("A tenth after every", "every", low=1, high=20, step=1, default=2))
    if kind == "cosine":
        return CosineSpec()
    if kind == "warm-up":
        return WarmUpSpec(epochs=number_slider("Epochs of warm-up", "warmup", low=1, high=10, step=1, default=1))
    return ConstantSpec()


def _known(key: str, options: dict[str, Any], default: Any) -> Any:
    """A widget's value before it is drawn: its state, else what the link asks for, else its default."""
    if key in st.session_state:
        return st.session_state[key]
    return options.get(st.query_params.get(key, ""), default)


def _put(line_up: list[tuple[str, float]]) -> None:
    st.session_state["n_contestants"] = len(line_up)
    for i, (kind, rate) in enumerate(line_up, 1):
        st.session_state[f"o{i}"], st.session_state[f"lr{i}"] = kind, rate
        for coefficient, usual in (("m", 0.9), ("al", 0.99), ("rm", 0.0), ("b1_", 0.9), ("b2_", 0.999)):
            if f"{coefficient}{i}" in st.session_state:
                st.session_state[f"{coefficient}{i}"] = usual


def _usual_rates() -> None:
    for i in range(1, race.MOST + 1):
        if f"o{i}" in st.session_state:
            st.session_state[f"lr{i}"] = USUAL_RATES[st.session_state[f"o{i}"]]
