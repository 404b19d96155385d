"""core/specs/base.py: what a sentence allows is what the class that was checked allows, and nothing of another one."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from core.specs import (
    AdamSpec,
    FoldSpec,
    LeakSpec,
    RunSpec,
    SearchSpec,
    SpecError,
    TransferSpec,
    WeightsSpec,
    check_field,
    parse_run_spec,
)
from core.specs.base import Spec, sentences
from core.specs.transfer import SIDES


class Bicycle(Spec):
    kind: Literal["bicycle"] = "bicycle"
    wheels: Annotated[int, Field(ge=1, le=3)] = 2


class Car(Spec):
    kind: Literal["car"] = "car"
    wheels: Annotated[int, Field(ge=3, le=4)] = 4


class Journey(Spec):
    vehicles: tuple[Annotated[Bicycle | Car, Field(discriminator="kind")], ...] = ()
    passengers: tuple[Annotated[int, Field(ge=1, le=9)], ...] = ()
    spare: Car | None = None


def said(spec_class, **values):
    with pytest.raises(ValidationError) as caught:
        spec_class(**values)
    return sentences(caught.value, spec_class)


def test_two_classes_with_one_name_have_their_own_ranges():
    assert check_field(Bicycle, "wheels", 4) == "wheels is 4; allowed is a whole number from 1 to 3."
    assert check_field(Car, "wheels", 1) == "wheels is 1; allowed is a whole number from 3 to 4."


def test_a_range_is_found_through_lists_kinds_and_what_may_be_missing():
    car = "a whole number from 3 to 4."
    assert said(Journey, spare={"wheels": 1}) == f"spare.wheels is 1; allowed is {car}"
    assert said(Journey, vehicles=[{"kind": "bicycle"}, {"kind": "car", "wheels": 9}]) == (
        f"vehicles.1.wheels is 9; allowed is {car}"
    )
    assert said(Journey, vehicles=[{"kind": "bicycle", "wheels": 9}]).endswith("a whole number from 1 to 3.")
    assert said(Journey, passengers=[2, 10]) == "passengers.1 is 10; allowed is a whole number from 1 to 9."
    assert said(Journey, vehicles=[{"wheels": 3}]) == "vehicles.0.kind is missing; allowed is one of: 'bicycle', 'car'."
    assert said(Journey, vehicles=[{"kind": "tram"}]) == "vehicles.0 is 'tram'; allowed is one of: 'bicycle', 'car'."


def test_a_setting_called_like_a_kind_is_named():
    assert said(Journey, spare={"car": 1}) == "spare.car is no setting of the lab. Remove it."


def test_a_hash_that_is_none_is_said_to_be_none():
    allowed = "the SHA-256 of the weights, 64 digits from 0 to f, or nothing for random weights"
    assert check_field(WeightsSpec, "sha256", "hello") == f"sha256 is 'hello'; allowed is {allowed}."


@pytest.mark.parametrize("side", [0, 16, 33, 225, 256])
def test_a_side_that_is_no_multiple_of_32_gets_those_that_are(side):
    sentence = check_field(TransferSpec, "side", side)
    sides = "32, 64, 96, 128, 160, 192 or 224"
    assert sentence == (
        f"side is {side}; allowed is a whole number from 32 to 224 that is a multiple of 32: {sides}."
    )
    assert all(check_field(TransferSpec, "side", allowed) is None for allowed in SIDES)


def test_a_copy_is_checked_as_a_spec_is():
    spec = FoldSpec(n_folds=5)
    assert spec.model_copy() == spec
    assert spec.model_copy(update={"fold": 4, "leak": LeakSpec()}) == FoldSpec(n_folds=5, fold=4, leak=LeakSpec())
    assert type(spec.model_copy(update={"fold": 4})) is FoldSpec
    for changes, sentence in (
        ({"fold": 5}, "fold is 5; allowed is a whole number from 0 to 4."),
        ({"n_epochs": 0}, "n_epochs is 0; allowed is a whole number from 1 to 1000."),
        ({"optimiser": AdamSpec()}, "optimiser is no setting of the lab. Remove it."),
        ({"precision": "bfloat16"}, "precision is 'bfloat16'; a fold is trained in float32. Leave it out."),
    ):
        with pytest.raises(SpecError) as caught:
            spec.model_copy(update=changes)
        assert str(caught.value) == sentence


COSINE, BRANCH = {"kind": "cosine"}, [{"until_epoch": 2, "optimizer": {"kind": "adam"}}]
IGNORED = [
    ({"task": "fold", "schedule": COSINE}, "schedule.kind is 'cosine'; a fold keeps a constant rate. Leave it out."),
    ({"task": "fold", "precision": "bfloat16"}, "precision is 'bfloat16'; a fold is trained in float32. Leave it out."),
    ({"task": "fold", "earlier": BRANCH}, "earlier is given; a fold has no branches. Leave it out."),
    (
        {"task": "transfer", "schedule": COSINE},
        "schedule.kind is 'cosine'; a transfer run keeps a constant rate. Leave it out.",
    ),
    ({"task": "transfer", "earlier": BRANCH}, "earlier is given; a transfer run has no branches. Leave it out."),
    (
        {"task": "transfer", "frozen_stages": 5, "device": "cuda"},
        "device is 'cuda'; a last layer alone is trained on the CPU. Leave it out.",
    ),
]


@pytest.mark.parametrize(("settings", "sentence"), IGNORED)
def test_what_a_kind_of_run_ignores_is_refused(settings, sentence):
    with pytest.raises(SpecError) as caught:
        parse_run_spec(settings)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("settings", "sentence"), IGNORED)
def test_what_was_written_before_still_opens_without_it(settings, sentence):
    (name,) = settings.keys() - {"task", "frozen_stages"}
    plain = {key: value for key, value in settings.items() if key != name}
    assert parse_run_spec(settings, stored=True) == parse_run_spec(plain)


def test_all_that_is_ignored_is_said_at_once():
    with pytest.raises(SpecError, match=r"^schedule.*Leave it out\. precision.*Leave it out\.$"):
        FoldSpec().model_copy(update={"schedule": RunSpec(schedule=COSINE).schedule, "precision": "bfloat16"})


def test_a_plain_run_is_no_fold():
    with pytest.raises(ValidationError, match="task is 'fold'; such a run has the settings of FoldSpec"):
        RunSpec(task="fold")


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ({"model": {"kind": "mlp"}}, 1),
        ({"model": {"kind": "cnn"}}, 1),
        ({"model": {"kind": "resnet18"}}, 2),
        ({"task": "fold", "model": {"kind": "cnn"}}, 1),
        ({"task": "fold", "model": {"kind": "resnet18"}}, 2),
        ({"task": "transfer"}, 2),
        ({"task": "transfer", "side": 64}, 1),
        ({"task": "transfer", "frozen_stages": 4}, 2),
        ({"task": "transfer", "frozen_stages": 5}, 1),
        ({"task": "transfer", "frozen_stages": 5, "batch_norm_trap": True}, 2),
    ],
    ids=str,
)
def test_a_batch_of_one_is_refused_where_batch_norm_cannot_take_it(settings, least):
    assert parse_run_spec(settings | {"batch_size": least}).batch_size == least
    if least == 2:
        with pytest.raises(SpecError) as caught:
            parse_run_spec(settings | {"batch_size": 1})
        assert str(caught.value) == (
            "batch_size is 1; the batch norm of ResNet-18 needs batches of at least 2 pictures."
        )


def test_a_search_tries_batches_of_one_where_they_can_be_trained():
    assert SearchSpec(batch_sizes=(1, 32)).batch_sizes == (1, 32)
    with pytest.raises(ValidationError, match="batch_sizes has 1; the batch norm of ResNet-18"):
        SearchSpec(base=FoldSpec(model={"kind": "resnet18"}), batch_sizes=(32, 1))
