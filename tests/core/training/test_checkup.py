"""core/training/checkup.py against gradients, weights and units that are counted by hand."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from core.models import MultiLayerFCNet
from core.specs import CNNSpec, MLPSpec
from core.specs.optimizers import AdamSpec
from core.training import loop
from core.training.checkup import Checkup
from core.training.events import EpochEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


def pictures(n: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(n, 3, 32, 32, generator=generator), torch.arange(n) % 10


def test_gradients_and_updates_are_those_of_the_last_step_of_an_epoch():
    torch.manual_seed(0)
    model, (inputs, labels) = MultiLayerFCNet(3072, 12, 10), pictures()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    checkup, expected = Checkup(model, 2), {}
    begin = checkup.around(lambda step: None)
    for step in range(2):
        begin(step)
        optimizer.zero_grad()
        nn.functional.nll_loss(model(inputs[step::2]), labels[step::2]).backward()
        before = {name: weight.detach().numpy().copy() for name, weight in model.named_parameters()}
        optimizer.step()
        checkup.end_step()
        moved = {name: weight.detach().numpy() - before[name] for name, weight in model.named_parameters()}
        expected = {
            name.split(".")[0]: (
                np.linalg.norm(weight.grad.numpy()), np.linalg.norm(moved[name]) / np.linalg.norm(before[name])
            )
            for name, weight in model.named_parameters() if name.endswith("weight")
        }  # fmt: skip
    told = checkup.told(np.eye(10, dtype=np.float32)[[3, 3, 7]])
    assert told["n_predicted"] == 2
    assert told["n_classes"] == 10
    assert [name for name, _, _ in told["layers"]] == list(expected)
    for name, norm, ratio in told["layers"]:
        assert (norm, ratio) == pytest.approx(expected[name], rel=1e-3)
    assert checkup.told(np.eye(10))["layers"] == []  # told once


@pytest.mark.parametrize("as_module", [False, True])
def test_a_unit_that_is_0_for_each_picture_is_dead(as_module):
    model = MultiLayerFCNet(3072, 8, 10)
    if as_module:
        model = nn.Sequential()
        for number, (n_in, n_out) in enumerate([(3072, 8), (8, 8), (8, 8)], 1):
            model.add_module(f"linear{number}", nn.Linear(n_in, n_out))
            model.add_module(f"relu{number}", nn.ReLU(inplace=True))
        model.add_module("linear4", nn.Linear(8, 10))
    with torch.no_grad():
        model.get_submodule("linear2").bias[:6] = -1e3
    inputs, labels = pictures()
    checkup = Checkup(model, 1)
    checkup.around(lambda step: None)(0)
    with torch.no_grad(), checkup.watching():
        for _ in range(2):  # only the first batch is looked at
            nn.functional.cross_entropy(model(inputs.flatten(1)), labels)
    dead = dict(checkup.told(np.eye(10))["dead"])
    assert list(dead) == ["linear1", "linear2", "linear3"]
    assert dead["linear2"] >= 0.75
    x = inputs.flatten(1)
    with torch.no_grad():
        for name in dead:
            x = model.get_submodule(name)(x).relu()
            assert dead[name] == (x == 0).all(0).float().mean().item()


def test_what_got_no_gradient_is_said_and_what_is_frozen_is_left_out():
    model = nn.ModuleDict({"used": nn.Linear(4, 3), "aside": nn.Linear(4, 3), "frozen": nn.Linear(4, 3)})
    model["frozen"].requires_grad_(False)
    checkup = Checkup(model, 1)
    checkup.around(lambda step: None)(0)
    model["used"](torch.ones(2, 4)).sum().backward()
    checkup.end_step()
    layers = checkup.told(np.eye(3))["layers"]
    assert [(name, norm is None) for name, norm, _ in layers] == [("used", False), ("aside", True)]
    assert [ratio for _, _, ratio in layers] == [0, 0]  # nobody took a step


@pytest.mark.parametrize("model", [MLPSpec(H=16), CNNSpec(channels1=32, channels2=64)], ids=["MLP", "CNN"])
def test_a_run_is_the_same_with_it_and_without(small, model, monkeypatch):
    spec = small(model=model, n_epochs=2, optimizer=AdamSpec())
    losses = []
    for is_on in (True, False):
        if not is_on:
            monkeypatch.setattr(loop, "Checkup", Blind)
        result = train(spec)
        losses.append([result.test_loss, *itertools.chain(*(p.flatten().tolist() for p in result.model.parameters()))])
    assert losses[0] == losses[1]


class Blind(Checkup):
    """Sees nothing."""

    def around(self, begin_step):
        return begin_step


def test_an_epoch_of_few_batches_is_not_measured_each_time(small):
    told = []
    train(small(model=MLPSpec(H=16), n_epochs=8, batch_size=50),
          lambda event: told.append(event.health) if isinstance(event, EpochEnd) else None)  # fmt: skip
    assert [bool(health["layers"]) for health in told].count(True) < 8
    assert told[0]["layers"]
    assert all(health["n_classes"] == 10 for health in told)
