"""A run's health in a few rows: what was measured while it trained, and what that usually means.

A row is amber where its number is beyond what sound runs of the lab show. It names the evidence and the usual causes;
it does not choose between causes that the number does not tell apart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.lab.words import decimal
from core.runs.history import History
from core.runs.snapshots import RunSnapshot

# Where amber begins. Measured on the perceptron (H of 16 to 1,000) and the CNN, SGD and Adam, rates from 1e-6 to 1:
FIRST_LOSS_OFF = 0.5  # nats from ln n; sound ones were 0.06 off at most, inputs from 0 to 255 8.8
LEAST_UPDATE = 5e-4  # of the weights, the largest of a run; sound 1.3e-3 and more, rates far too low 2.5e-4 and less.
# CS231n's rule of thumb (Karpathy) is 1e-3
MOST_UPDATE = 0.05  # sound 0.024 and less, rates far too high 0.055 and more
LEAST_GRADIENT, MOST_GRADIENT = 1e-4, 100.0  # norm of a layer's; sound 0.06 to 14, dead networks 0
MOST_DEAD = 0.95  # share of a layer; an Adam-trained CNN learns well with 0.91, networks that learn no more have 0.98
LEAST_CLASSES = 0.5  # of the classes; sound ones predict half of them after their first epoch and more
RISE = 1.02  # of the test loss over its lowest, two epochs on or more: the stopping rule GL of 2 % (Prechelt 1998)
LEARNT = 0.99  # training accuracy: who makes no mistakes has no gradient left, and that is no fault

TEXTS = {
    "first": "The first batch",
    "gradient": "Gradients",
    "update": "Updates",
    "dead": "Dead units",
    "classes": "Predicted classes",
    "losses": "Training and test loss",
    "judged": "In eval() mode",
    "first_value": "loss {n_loss}",
    "first_green": "About ln {n_classes} = {n_chance}, the loss of a network that knows nothing yet.",
    "first_amber": (
        "A network that knows nothing has ln {n_classes} = {n_chance}. Usual causes: inputs that are not normalized, "
        "very large weights, or a loss that is fed with something else than it expects."
    ),
    "first_known": "Below ln {n_classes} = {n_chance}: the network had learnt something before, or it sees the labels.",
    "gradient_value": "norms {n_low} to {n_high}",
    "gradient_green": "Each layer gets one.",
    "gradient_none": "Layer {layer} gets none. Usual causes: dead units behind it, or outputs that don't depend on it.",
    "gradient_high": (
        "That of layer {layer} is very large. Usual causes: a learning rate that is too high, inputs that are not "
        "normalized, or gradients that add up without zero_grad()."
    ),
    "gradient_learnt": "Small, as nearly each training picture is classified correctly.",
    "update_value": "{n_low} to {n_high} of the weights",
    "update_green": "About a thousandth of the weights at each step is usual.",
    "update_low": (
        "In no epoch did a step change a layer by more than {n_most} of its weights. Usual causes: a learning rate "
        "that is too low, or an optimizer that was given other parameters."
    ),
    "update_high": (
        "After epoch {n_epoch} a step changed layer {layer} by {n_most} of its weights. Usual cause: a learning rate "
        "that is too high."
    ),
    "update_pretrained": "Small steps keep what the pretrained weights know.",
    "dead_value": "up to {n_share} % of a layer",
    "dead_green": "Units that are 0 for each of 100 test pictures; some are usual.",
    "dead_amber": (
        "In layer {layer} nearly all are 0 for each of 100 test pictures: no gradient gets through them. Usual causes: "
        "a learning rate that is too high, or weights that began far too large or at zero."
    ),
    "classes_value": "{n_predicted} of {n_classes}",
    "classes_green": "Test pictures are taken for that many classes.",
    "classes_amber": (
        "Test pictures are taken for few of the classes. Usual causes: it has hardly begun to learn, a learning rate "
        "that is far too low or too high, pictures sorted by class, or classes of very different sizes."
    ),
    "losses_value": "{n_train} and {n_test}",
    "losses_green": "Test loss is near its lowest.",
    "losses_amber": (
        "Test loss has risen since epoch {n_epoch}, from {n_lowest} to {n_last}, while training loss falls: "
        "overfitting."
    ),
    "losses_both": "Both have risen since epoch {n_epoch}. Usual cause: a learning rate that is too high.",
    "losses_diverged": "The loss stopped being a number after batch {n_step}.",
    "judged_value": "{n_train} % of training, {n_test} % of test pictures",
    "judged_green": "Accuracy of both after the same epoch, judged in the same way.",
    "judged_not": "not measured",
    "judged_ask": "Judging the training pictures takes time; a switch in the settings asks for it.",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the card.

    Attributes
    ----------
    name, value : str
        What was measured, and the number.
    sentence : str
        What it means.
    is_amber : bool
        Whether it deserves a look.
    """

    name: str
    value: str
    sentence: str
    is_amber: bool = False


def health(now: RunSnapshot) -> list[Row]:
    """The card of a run as it stands; empty before its first batch, and of a run that was not trained here."""
    return health_of(
        now.history, is_pretrained=now.spec.begins_pretrained, has_diverged=now.status.name == "diverged"
    )


def health_of(history: History, *, is_pretrained: bool = False, has_diverged: bool = False) -> list[Row]:
    """The same of a history alone, as what trains without a run has one."""
    if not len(history.losses):
        return []
    epochs = [epoch for epoch in history.epochs if epoch.get("health")]
    measured = [epoch for epoch in epochs if epoch["health"]["layers"]]
    has_learnt = bool(epochs) and epochs[-1]["train_accuracy"] >= LEARNT
    rows = [_first(history.losses[0], epochs[-1]["health"]["n_classes"])] if epochs else []
    if measured:
        rows += [_gradients(measured[-1]["health"]["layers"], has_learnt), _updates(measured, is_pretrained)]
        if measured[-1]["health"]["dead"]:
            rows.append(_dead(measured[-1]["health"]["dead"]))
    if epochs:
        rows.append(_classes(epochs[-1]["health"]))
    if (losses := _losses(history, has_diverged)) is not None:
        rows.append(losses)
    if epochs:
        rows.append(_judged(history.epochs[-1]))
    return rows


def _row(name: str, value: str, kind: str, is_amber: bool = False, **values: object) -> Row:
    sentence = TEXTS[f"{name}_{kind}"].format(**values)
    return Row(TEXTS[name], value, sentence, is_amber)


def _first(loss: float, n_classes: int) -> Row:
    chance = math.log(n_classes)
    kind = "green" if abs(loss - chance) <= FIRST_LOSS_OFF else "known" if loss < chance else "amber"
    value = TEXTS["first_value"].format(n_loss=f"{loss:.3f}")
    return _row("first", value, kind, kind == "amber", n_classes=n_classes, n_chance=f"{chance:.3f}")


def _gradients(layers: Sequence[tuple[str, float | None, float]], has_learnt: bool) -> Row:
    norms = {name: 0.0 if norm is None else norm for name, norm, _ in layers}
    low, high = min(norms, key=norms.__getitem__), max(norms, key=norms.__getitem__)
    value = TEXTS["gradient_value"].format(n_low=_short(norms[low]), n_high=_short(norms[high]))
    if norms[high] > MOST_GRADIENT:
        return _row("gradient", value, "high", True, layer=high)
    if norms[low] >= LEAST_GRADIENT:
        return _row("gradient", value, "green")
    return _row("gradient", value, "learnt" if has_learnt else "none", not has_learnt, layer=low)


def _updates(measured: Sequence[dict[str, Any]], is_pretrained: bool) -> Row:
    """Of all epochs: the last steps of a run whose rate falls to 0 are small, and ought to be."""
    updates = [(ratio, name, epoch["epoch"]) for epoch in measured for name, _, ratio in epoch["health"]["layers"]]
    most, layer, n_epoch = max(updates)
    last = [ratio for _, _, ratio in measured[-1]["health"]["layers"]]
    value = TEXTS["update_value"].format(n_low=_short(min(last)), n_high=_short(max(last)))
    if most > MOST_UPDATE:
        return _row("update", value, "high", True, n_epoch=n_epoch, layer=layer, n_most=_short(most))
    if is_pretrained:
        return _row("update", value, "pretrained")
    kind = "low" if most < LEAST_UPDATE else "green"
    return _row("update", value, kind, kind == "low", n_most=_short(most))


def _dead(dead: Sequence[tuple[str, float]]) -> Row:
    layer, share = max(dead, key=lambda one: one[1])
    value = TEXTS["dead_value"].format(n_share=f"{100 * share:.0f}")
    return _row("dead", value, "amber" if share > MOST_DEAD else "green", share > MOST_DEAD, layer=layer)


def _classes(told: dict[str, Any]) -> Row:
    value = TEXTS["classes_value"].format(n_predicted=told["n_predicted"], n_classes=told["n_classes"])
    is_amber = told["n_predicted"] < LEAST_CLASSES * told["n_classes"]
    return _row("classes", value, "amber" if is_amber else "green", is_amber)


def _losses(history: History, has_diverged: bool) -> Row | None:
    if has_diverged:
        return _row("losses", "–", "diverged", True, n_step=f"{history.step:,}")
    epochs = [epoch for epoch in history.epochs if epoch["complete"]]
    if not epochs:
        return None
    last, lowest = epochs[-1], min(epochs, key=lambda epoch: epoch["test_loss"])
    value = TEXTS["losses_value"].format(n_train=f"{last['train_loss']:.3f}", n_test=f"{last['test_loss']:.3f}")
    has_risen = last["test_loss"] > RISE * lowest["test_loss"] and last["epoch"] - lowest["epoch"] >= 2
    if not has_risen:
        return _row("losses", value, "green")
    kind = "amber" if last["train_loss"] < lowest["train_loss"] else "both"
    lowest_loss, last_loss = f"{lowest['test_loss']:.3f}", f"{last['test_loss']:.3f}"
    return _row("losses", value, kind, True, n_epoch=lowest["epoch"], n_lowest=lowest_loss, n_last=last_loss)


def _judged(last: dict[str, Any]) -> Row:
    if "judged_train_accuracy" not in last:
        return _row("judged", TEXTS["judged_not"], "ask")
    train, test = (f"{100 * last[name]:.1f}" for name in ("judged_train_accuracy", "test_accuracy"))
    return _row("judged", TEXTS["judged_value"].format(n_train=train, n_test=test), "green")


def _short(value: float) -> str:
    return decimal(float(f"{value:.2g}")) if math.isfinite(value) else "∞"
