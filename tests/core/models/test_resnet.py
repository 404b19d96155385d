"""core/resnet.py and resnet_spec.py against torchvision itself."""

import pytest
import torch
import torchvision

from core.models import build_model, count_parameters
from core.models.resnet import backbone_parameters, features, freeze, new_head, resnet18, stage_of, training_mode
from core.specs import ResNet18Spec, RunSpec
from core.specs.models import N_BACKBONE, STAGES
from core.training.training import train


def test_it_is_torchvisions_network():
    torch.manual_seed(3)
    ours = resnet18(7)
    torch.manual_seed(3)
    theirs = torchvision.models.resnet18(num_classes=7)
    assert all(torch.equal(a, b) for a, b in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True))
    inputs = torch.rand(2, 3, 64, 64)
    torch.testing.assert_close(ours.eval()(inputs), theirs.eval()(inputs), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours.fc(features(ours, inputs)), ours(inputs))


@pytest.mark.parametrize("n_classes", [2, 10])
def test_the_numbers_that_a_slider_shows(n_classes):
    spec = ResNet18Spec()
    with torch.device("meta"):
        model = build_model(spec, n_classes)
    assert spec.n_parameters(n_classes) == count_parameters(model)
    assert spec.n_parameters(0) == N_BACKBONE


@pytest.mark.parametrize("side", [32, 96, 224])
def test_multiply_adds_are_those_of_the_layers(side):
    counted = 0

    def count(layer, inputs, output):
        nonlocal counted
        places = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
        counted += layer.weight.numel() * places

    with torch.device("meta"):
        model = resnet18(10).eval()
        for layer in model.modules():
            if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear):
                layer.register_forward_hook(count)
        model(torch.empty(1, 3, side, side))
    assert ResNet18Spec().n_multiply_adds(10, side) == counted


@pytest.mark.parametrize("n_frozen", range(6))
def test_the_freeze_dial_cuts_between_stages(n_frozen):
    model = resnet18(4)
    freeze(model, n_frozen)
    training_mode(model, n_frozen)
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad == (STAGES.index(STAGES[stage_of(name)]) >= n_frozen)
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.training == (stage_of(name) >= n_frozen)
    trained = {id(p) for p in backbone_parameters(model)} | {id(p) for p in model.fc.parameters()}
    assert trained == {id(p) for p in model.parameters() if p.requires_grad}


def test_heads_of_one_seed_are_the_same_whatever_came_before():
    first = new_head(4, 5)
    torch.rand(100)
    assert torch.equal(first.weight, new_head(4, 5).weight)
    assert not torch.equal(first.weight, new_head(4, 6).weight)


def test_an_ordinary_run_can_have_this_network(home):
    spec = RunSpec(model=ResNet18Spec(), data={"n_train": 40, "n_test": 20}, n_epochs=1, batch_size=20, n_threads=1)
    assert train(spec).probabilities.shape == (20, 10)
