"""The controls that every training page has: learning rate, length, batch size, seed, arithmetic."""

from dataclasses import dataclass

import streamlit as st

from core import datasets
from core.engine import calibration, expected_time
from core.lab.words import decimal, duration
from core.specs import MAX_SEED, RunSpec
from pages.shared.controls.places import Places
from pages.shared.controls.settings import put
from pages.shared.controls.widgets import choice, choice_slider, number_field, number_slider, switch
from pages.shared.words.glossary import definition
from pages.shared.words.language import marked, say

# 1, 2, 5, 10: even steps on a log scale, and numbers that one can say
LEARNING_RATES = (*(m * 10.0**e for e in range(-5, 1) for m in (1, 2, 5)), 10.0)
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
EPOCHS, SECONDS = marked("epochs"), marked("seconds")
_ENDLESS = 1_000  # epochs of a run that the clock ends: the most that a spec may have


@dataclass(frozen=True)
class Length:
    """How long a run trains, as ``RunSpec`` takes it."""

    n_epochs: int
    max_seconds: float | None


def learning_rate_slider(default: float) -> float:
    """Learning rate on a log scale."""
    return choice_slider(
        say("Learning rate"),
        "learning_rate",
        options=[float(f"{rate:.0e}") for rate in LEARNING_RATES],
        default=default,
        format_option=decimal,
        help=definition("learning rate"),
    )


def length_controls(places: Places, default_epochs: int) -> Length:
    """So many epochs, or so many seconds: which of them is folded, how many is in sight."""
    with places.more():
        unit = choice(say("Train for"), "train_for", options=(EPOCHS, SECONDS), default=EPOCHS)
    with places.first:
        if unit == SECONDS:
            seconds = number_slider(say("Seconds"), "seconds", low=1, high=300, step=1, default=10)
            return Length(_ENDLESS, float(seconds))
        n_epochs = number_slider(
            say("Epochs"), "n_epochs", low=1, high=50, step=1, default=default_epochs, help=definition("epoch")
        )
        return Length(n_epochs, None)


def batch_size_slider(default: int) -> int:
    """Pictures a step."""
    return choice_slider(
        say("Batch size"),
        "batch_size",
        options=BATCH_SIZES,
        default=default,
        help=definition("batch"),
    )


def seed_field() -> int:
    """Seed of the initial weights and of the order of the pictures."""
    return number_field(
        say("Seed"),
        "random_state",
        low=0,
        high=MAX_SEED,
        default=0,
        help=definition("seed"),
    )


def machine_settings() -> dict[str, object]:
    """Device and arithmetic; fast arithmetic is offered only where it was measured to be faster."""
    known = calibration.load()
    settings: dict[str, object] = {}
    if known is not None and known.devices:
        settings["device"] = "cuda"
    if known is not None and known.bf16_pays:
        fast = switch(
            say("Fast arithmetic (bf16)"),
            "bf16",
            help=say(
                "Products in 16 bits: {gain:.1f} times as fast for the CNN here, a little less exact.",
                gain=known.bf16_gain,
            ),
        )
        settings["precision"] = "bfloat16" if fast else "float32"
    return settings


def with_judged_training(spec: RunSpec) -> RunSpec:
    """A switch for the third curve, and what it costs here; returns the settings with it."""
    judged = spec.model_copy(update={"judges_training": True})
    is_on = switch(
        say("Third curve"),
        "judges_training",
        help=say(
            "After each epoch the training pictures are judged as the test pictures are, in eval(). It costs one more "
            "pass over them for each epoch and changes nothing in the training."
        ),
    )
    if not is_on:
        return spec
    known = calibration.load()
    if spec.max_seconds is not None:
        cost = " " + say("Its time counts: fewer epochs fit into the seconds.")
    elif known is None:
        cost = ""
    else:
        more = expected_time.seconds(judged, known) - expected_time.seconds(spec, known)
        cost = " " + say("Here it costs about {time}.", time=duration(more))
    one_more = say("One more pass over the {n:,} training pictures after each epoch.", n=spec.data.n_train)
    st.caption(one_more + cost)
    return judged


def handout_values_button(defaults: dict[str, object]) -> None:
    """Put the handout's values back.

    Parameters
    ----------
    defaults : dict
        Widget key to value.
    """

    def put_back() -> None:
        put(defaults)

    st.button(say("Handout's values"), icon=":material/undo:", on_click=put_back, key="handout_values", width="stretch")


def n_classes(dataset: str) -> int:
    """Classes of a data set: the outputs of its network."""
    return len(datasets.info(dataset).class_names)
