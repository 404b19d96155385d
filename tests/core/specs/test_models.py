"""core/specs/models.py: what a network's record says is what torch finds of the network that it builds."""

from typing import get_args

import pytest
import torch
import torchvision
from torch import nn

from core.models import build_model, count_parameters, handout
from core.specs import AnyModelSpec, CNNSpec, MLPSpec, ResNet18Spec
from core.specs.models import model_title

KINDS = get_args(AnyModelSpec)


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_is_true_of_the_network(kind):
    network = build_model(kind(), 7)
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert kind.channels_last == bool(convolutions)
    assert all(layer.weight.is_contiguous(memory_format=torch.channels_last) for layer in convolutions)
    assert kind().n_parameters(7) == count_parameters(network)
    named = getattr(handout, kind.class_name, None) or getattr(torchvision.models, kind.class_name)
    assert isinstance(network, named if isinstance(named, type) else type(named()))
    assert model_title(kind.model_fields["kind"].default) == kind.title


def test_a_large_network_is_one_whose_checkpoint_outweighs_a_run():
    sizes = {kind: kind().n_parameters(10) * 4 for kind in KINDS}  # bytes
    assert {kind for kind in KINDS if kind.is_large} == {kind for kind, size in sizes.items() if size > 40e6}


def test_a_kind_of_another_version_keeps_its_name():
    assert model_title("vit") == "vit"


@pytest.mark.parametrize(
    ("spec", "side"),
    [(MLPSpec(), 32), (CNNSpec(), 32), (CNNSpec(batch_norm=False), 32), (ResNet18Spec(), 32), (ResNet18Spec(), 64)],
    ids=str,
)
def test_the_smallest_batch_is_the_smallest_that_torch_trains(spec, side):
    network, smallest = build_model(spec, 4).train(), spec.smallest_batch(side)
    assert network(torch.rand(smallest, 3, side, side)).shape == (smallest, 4)
    for too_small in range(1, smallest):
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            network(torch.rand(too_small, 3, side, side))
