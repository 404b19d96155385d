"""Each setting of each kind of run has a name for people; optimizers and schedules tell of themselves."""

from itertools import product
from typing import get_args

import pytest

from core.specs import (
    AdamSpec,
    AdamWSpec,
    AugmentationSpec,
    CosineSpec,
    FoldSpec,
    LeakSpec,
    RunSpec,
    SGDSpec,
    StepSpec,
    TransferSpec,
    WarmUpSpec,
    WeightsSpec,
    flatten,
)
from core.specs.models import AnyModelSpec
from core.specs.names import setting_name
from core.specs.optimizers import RECORDS
from core.specs.schedules import AnyScheduleSpec

HERE = WeightsSpec(source="here", sha256="ab" * 32)


def _every_kind():
    """A run of each network, optimizer and schedule, and one of each kind of run."""
    for model, optimizer, schedule in product(get_args(AnyModelSpec), RECORDS, get_args(AnyScheduleSpec)):
        yield RunSpec(model=model(), optimizer=optimizer(), schedule=schedule())
    yield FoldSpec(leak=LeakSpec())
    yield TransferSpec(augmentation=AugmentationSpec(flip=True))


EVERY_KIND = list(_every_kind())


@pytest.mark.parametrize("spec", EVERY_KIND, ids=str)
def test_every_setting_has_a_name_of_its_own(spec):
    names = {name: setting_name(name) for name in flatten(spec)}
    assert [name for name, told in names.items() if told == name] == []
    assert len(set(names.values())) == len(names), "two settings have one name"


def test_a_setting_of_another_version_keeps_its_own_name():
    assert setting_name("model.n_heads") == "model.n_heads"


@pytest.mark.parametrize(
    ("optimizer", "told"),
    [
        (SGDSpec(), "SGD, learning rate 0.01, momentum 0.9"),
        (SGDSpec(momentum=0), "SGD, learning rate 0.01, momentum 0"),
        (SGDSpec(nesterov=True), "SGD, learning rate 0.01, momentum 0.9, Nesterov's momentum"),
        (AdamSpec(), "Adam, learning rate 0.001"),
        (AdamSpec(beta2=0.99), "Adam, learning rate 0.001, beta 2 0.99"),
        (AdamWSpec(weight_decay=0.1), "AdamW, learning rate 0.001, weight decay 0.1"),
    ],
)
def test_an_optimizer_is_told_by_what_is_not_as_usual(optimizer, told):
    assert optimizer.told() == told


@pytest.mark.parametrize(
    ("schedule", "told"),
    [(StepSpec(every=1), "a tenth after every 1 epoch"), (StepSpec(gamma=0.5), "times 0.5 after every 2 epochs"),
     (CosineSpec(), "along a cosine"), (WarmUpSpec(), "1 epoch of warm-up"),
     (WarmUpSpec(epochs=3), "3 epochs of warm-up")],
)  # fmt: skip
def test_a_schedule_in_words(schedule, told):
    assert schedule.told() == told
