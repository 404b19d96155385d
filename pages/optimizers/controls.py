"""The settings of Question 6 as widgets: who races, on which network, how long."""

from dataclasses import dataclass

from core.optimizers import race
from core.optimizers.race import Contestants
from core.specs import AnyOptimizerSpec, CNNSpec, MLPSpec, RunSpec
from core.specs.schedules import AnyScheduleSpec, ConstantSpec, CosineSpec, StepSpec, WarmUpSpec
from pages.optimizers import defaults
from pages.optimizers.contestants import contestants_controls, contestants_slider
from pages.shared.controls.places import Places
from pages.shared.controls.training import batch_size_slider, machine_settings, seed_field
from pages.shared.controls.widgets import choice, choice_list, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.words.glossary import definition

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


def optimizers_controls(lab: Lab, places: Places) -> RaceSettings:
    """Draw them; returns what they say."""
    with places.first:
        n_contestants = contestants_slider()
        n_epochs = number_slider(
            "Epochs", "n_epochs", low=1, high=50, step=1, default=defaults.N_EPOCHS, help=definition("epoch")
        )
    with places.listed:
        optimizers = contestants_controls(n_contestants)
    with places.more():
        return _more(lab, optimizers, n_epochs)


def _more(lab: Lab, optimizers: list[AnyOptimizerSpec], n_epochs: int) -> RaceSettings:
    """What is folded; returns what all of them say."""
    network = choice(
        "Network", "network", options=(MLP, CNN), default=MLP,
        help="The perceptron of Question 1, or the convolutional network of Question 3.",
    )  # fmt: skip
    model: MLPSpec | CNNSpec
    if network == MLP:
        H = number_slider("H, hidden units", "H", low=8, high=1024, step=8, default=defaults.H)
        model = MLPSpec(H=H)
    else:
        filters = number_slider("Filters, convolutions 1 and 2", "channels1", low=4, high=128, step=4, default=32)
        more = number_slider("Filters, convolutions 3 and 4", "channels2", low=4, high=128, step=4, default=64)
        model = CNNSpec(channels1=filters, channels2=more)
    schedule = _schedule(n_epochs)
    batch_size = batch_size_slider(defaults.BATCH_SIZE)
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


def _schedule(n_epochs: int) -> AnyScheduleSpec:
    """How the learning rate changes, for all contestants alike."""
    key, label = "schedule", "Learning rate over time"
    kind = choice_list(
        label, key, options=SCHEDULES, default=SCHEDULES[0],
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
