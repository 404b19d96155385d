"""The settings of Question 5 as widgets."""

from dataclasses import dataclass

import streamlit as st

from core import datasets
from core.datasets.image_set import SIDE
from core.lab.words import decimal, shape
from core.specs import AdamSpec, SGDSpec
from core.specs.transfer import SIDES, AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer import strategies, usual
from core.transfer.pretrained import Stored
from pages.shared.controls import lecture
from pages.shared.controls.complaints import complain
from pages.shared.controls.places import Places
from pages.shared.controls.settings import tell_others
from pages.shared.controls.training import LEARNING_RATES, seed_field
from pages.shared.controls.widgets import choice_list, choice_slider, choices, number_slider, switch
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import plain, quoted
from pages.shared.words.sealed import as_judged
from pages.transfer.defaults import BATCH_SIZES
from pages.transfer.freeze_dial import freeze_dial
from pages.transfer.known import WEIGHTS_PARAMETER, asked_for, known_weights
from pages.transfer.path import WEIGHTS, step

RATES = tuple(float(f"{rate:.0e}") for rate in LEARNING_RATES if 1e-4 <= rate <= 1)
_MOST_PILLS = 12  # classes that are all in sight; more are in a list


@dataclass(frozen=True)
class TransferSettings:
    """What the controls say: the settings of fine-tuning, which every strategy varies, and the freeze dial."""

    base: TransferSpec
    dial: int
    weights: Stored | None  # None: there are none yet


def class_choice(label: str, key: str, lab: Lab, default: list[str], help: str | None = None) -> tuple[str, ...]:
    """Classes of the chosen data set by name; says so where fewer than two are named."""
    names = list(datasets.info(lab.data.dataset).class_names)
    picked = choices(label, key, options=names, default=default, help=help, as_list=len(names) > _MOST_PILLS)
    if len(picked) < 2:
        complain(f"Name two classes or more; until then these are used: {plain(', '.join(default))}.")
        picked = default
    return tuple(name for name in names if name in picked)


def side_slider(lab: Lab) -> int:
    """Pixels that the network sees."""
    info = datasets.info(lab.data.dataset)
    if info.side > SIDE:
        told = (
            f"{plain(info.title)} keeps {shape(info.side, info.side)} pixels for this page, and every side above "
            f"{SIDE} is made of them. At {SIDE} the network gets the small pictures of all other pages."
        )
    else:
        told = (
            f"{plain(info.title)} has {shape(SIDE, SIDE)} pixels; a larger side enlarges them, as the handout does "
            f"with 224. Photographs of your own are kept at up to {max(SIDES)}."
        )
    return choice_slider(
        "Image side",
        "side",
        options=SIDES,
        default=usual.SIDE,
        help=f"{told} The time grows with the square of the side. Weights work best at the side at which they were "
        "trained.",
    )


def pretraining_controls(lab: Lab, places: Places) -> TransferSpec:
    """Source classes, length and side of a pretraining."""
    names = list(datasets.info(lab.data.dataset).class_names)
    default = usual.source_classes(names)
    with places.first:
        classes = class_choice(
            "Source classes", "source_classes", lab, default, "What the network is first trained on."
        )
        n_epochs = number_slider(
            "Epochs of pretraining", "pre_epochs", low=1, high=20, step=1, default=usual.PRE_EPOCHS
        )
    with places.more():
        return TransferSpec(
            data=PickedDataSpec(**lab.data.model_dump(), classes=classes),
            optimizer=AdamSpec(),
            n_epochs=n_epochs,
            batch_size=usual.PRE_BATCH_SIZE,
            side=side_slider(lab),
            augmentation=AugmentationSpec(flip=switch("Horizontal flips", "pre_flip")),
            random_state=seed_field(),
        )


def weights_choice(lab: Lab) -> Stored | None:
    """Which of the weights that this person has; None where there are none yet. The default is a person's own."""
    known = {weights.sha256: weights for weights in known_weights(lab)}
    if not known:
        if asked := asked_for():
            shown = asked if len(asked) <= 120 else f"{asked[:120]}..."
            complain(f"The weights that are asked for, {quoted(shown)}, are not in this lab. Choose others on Weights.")
        return None
    names = {sha: weights.name for sha, weights in known.items()}
    first = next(iter(known))
    chosen = choice_list(
        "Pretrained weights", WEIGHTS_PARAMETER, options=list(known), default=first, format_option=names.__getitem__
    )
    tell_others({WEIGHTS_PARAMETER: names[chosen]})
    st.caption(plain(names[chosen]))  # the box is too narrow for what people call them
    return known[chosen]


def transfer_controls(lab: Lab, places: Places) -> TransferSettings:
    """Weights, labels and what is frozen; folded: classes, side, rates, length, augmentation."""
    # In the slim bar of Lecture mode their name would be cut
    with places.more() if lecture.is_on() else places.first:
        weights = weights_choice(lab)
    with places.first:
        if weights is None:
            st.info("No pretrained weights yet: make or fetch some.")
            step("Choose weights", WEIGHTS, "to_weights")
        per_class = choice_slider(
            "Labelled pictures per class", "per_class", options=strategies.COUNTS, default=usual.PER_CLASS,
            help=as_judged("So many training pictures of each target class are used; the test pictures of these "
                           "classes judge."),
        )  # fmt: skip
        dial = freeze_dial()
    with places.more():
        return TransferSettings(_more(lab, weights, per_class), dial, weights)


def _more(lab: Lab, weights: Stored | None, per_class: int) -> TransferSpec:
    """What is folded; returns the settings of fine-tuning."""
    names = list(datasets.info(lab.data.dataset).class_names)
    seen = weights.classes if weights is not None and weights.dataset == lab.data.dataset else ()
    default = usual.target_classes(names, seen)
    classes = class_choice("Target classes", "target_classes", lab, default, "What the network is to learn now.")
    known = [name for name in classes if name in seen]
    if known:
        st.caption(f"These weights have already seen {plain(', '.join(known))}.")
    side = side_slider(lab)
    rate = _rate("Learning rate of the head", "head_rate", usual.HEAD_RATE)
    low = _rate("Learning rate of the pretrained part", "low_rate", usual.LOW_RATE)
    n_epochs = number_slider("Epochs", "transfer_epochs", low=1, high=50, step=1, default=usual.N_EPOCHS)
    batch_size = choice_slider("Batch size", "transfer_batch", options=BATCH_SIZES, default=usual.BATCH_SIZE)
    flip = switch("Horizontal flips", "flip", help="`RandomHorizontalFlip()`")
    crop = switch(
        "Random crops", "crop",
        help="`RandomResizedCrop`, as the handout trains. Crops of 8 % of a picture's area and more.",
    )  # fmt: skip
    n_views = usual.N_VIEWS
    if flip or crop:
        n_views = number_slider(
            "Views kept of a picture", "views", low=1, high=16, step=1, default=usual.N_VIEWS,
            help="Frozen features are computed once: so many random views of each picture, and each epoch takes one.",
        )  # fmt: skip
    return TransferSpec(
        data=PickedDataSpec(**lab.data.model_dump(), classes=classes, per_class=per_class),
        optimizer=SGDSpec(learning_rate=rate),
        backbone_learning_rate=low,
        weights=WeightsSpec() if weights is None else weights.spec,
        n_epochs=n_epochs,
        batch_size=batch_size,
        side=side,
        augmentation=AugmentationSpec(flip=flip, crop=crop),
        n_views=n_views,
        random_state=seed_field(),
    )


def _rate(label: str, key: str, default: float) -> float:
    return float(choice_slider(label, key, options=RATES, default=default, format_option=decimal))
