"""core/inside/weights.py on files as other people's scripts leave them: unwrapped, compared, restored."""

import argparse
import pathlib

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from core.inside.weights import WeightsError, differences, read_weights, restore
from core.models import build_model
from core.specs import CNNSpec

SPEC = CNNSpec(channels1=4, channels2=4)


@pytest.fixture(scope="module")
def final():
    return build_model(SPEC, 10).state_dict()


def same(given, expected):
    return list(given) == list(expected) and all(torch.equal(given[name], expected[name]) for name in expected)


def as_it_was(weights):
    return weights


def lightnings(weights):
    """What Lightning's trainer leaves of a module that has the network as "model", and a weighted loss."""
    names = {f"model.{name}": tensor for name, tensor in weights.items()} | {"loss.weight": torch.ones(10)}
    return {
        "epoch": 4,
        "pytorch-lightning_version": "2.6.6",
        "state_dict": names,
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5)}},
        "optimizer_states": [],
        "hyper_parameters": argparse.Namespace(lr=np.float32(0.1), data=pathlib.Path("data")),
    }


def of_pytorchs_example(weights):
    return {
        "epoch": 4,
        "arch": "cnn",
        "best_acc1": torch.tensor(50.0),
        "optimizer": {"state": {}, "param_groups": []},
        "state_dict": {f"module.{name}": tensor for name, tensor in weights.items()},
    }


def of_torchvisions_references(weights):
    return {
        "model": weights,
        "model_ema": {f"module.{name}": tensor + 1 for name, tensor in weights.items()},
        "epoch": np.int64(4),
        "args": argparse.Namespace(lr=0.1),
    }


WRITTEN = {
    as_it_was: "",
    of_pytorchs_example: 'Read under "state_dict". Taken off 34 names: "module.".',
    of_torchvisions_references: 'Read under "model".',
    lightnings: 'Read under "state_dict". Taken off 34 names: "model.". '
    'Left out, as no part of the network: "loss.weight".',
}


@pytest.mark.parametrize("form", ["since 1.6", "before 1.6"])
@pytest.mark.parametrize("script", WRITTEN)
def test_files_of_usual_scripts_load_and_the_line_says_what_was_taken_off(saved, final, script, form):
    file = read_weights(saved(script(dict(final)), form))
    assert file.unwrapped == WRITTEN[script]
    assert file.epoch == (None if script is as_it_was else 4)
    assert same(restore(SPEC, 10, file.weights, strict=True).state_dict(), final)


def test_safetensors_with_a_prefix_too(final):
    data = safetensors.torch.save({f"module.{name}": tensor.contiguous() for name, tensor in final.items()})
    file = read_weights(data)
    assert differences(SPEC, 10, file.weights) == []
    assert file.unwrapped == 'Taken off 34 names: "module.".'


@pytest.mark.parametrize(
    "tensor",
    [
        torch.empty(3, device="meta"),
        torch.ones(3).to_sparse(),
        torch.ones(1).expand(10**6, 10**6),
    ],
    ids=["meta", "sparse", "one number a million times a million times"],
)
def test_what_is_no_ordinary_tensor_is_refused(saved, tensor):
    with pytest.raises(WeightsError, match=r"is no ordinary tensor|tensors take more than 500 MB"):
        read_weights(saved({"a": tensor}))


@pytest.mark.parametrize("name", ["a\nb", "\u202etxt", "x" * 301, "\ud800"])
def test_names_that_are_none_are_refused(saved, name):
    with pytest.raises(WeightsError, match="is no name") as caught:
        read_weights(saved({name: torch.ones(1)}))
    assert str(caught.value).isprintable()


def test_parameters_come_as_plain_tensors(saved):
    given = read_weights(saved(dict(nn.Linear(2, 2).named_parameters()))).weights
    assert {type(tensor) for tensor in given.values()} == {torch.Tensor}
    assert not any(tensor.requires_grad for tensor in given.values())


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_weights_that_are_no_numbers_are_refused(saved, final, number):
    wrong = {name: tensor.clone() for name, tensor in final.items()}
    wrong["fc_layer.6.bias"] = torch.full((10,), number, dtype=torch.float64)  # 1e300 is none in float32
    with pytest.raises(WeightsError, match=r"^The weights of fc_layer.6.bias hold values that are no numbers"):
        restore(SPEC, 10, read_weights(saved(wrong)).weights, strict=True)
