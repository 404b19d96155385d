"""core/models.py: the handout's layers, names, order and parameter counts."""

import pytest
import torch
from torch import nn

from core.models import CNN, D_IN, MultiLayerFCNet, build_model, count_parameters
from core.specs import CNNSpec, MLPSpec

PICTURES = torch.linspace(-1, 1, 5 * 3 * 32 * 32).reshape(5, 3, 32, 32)


def test_the_perceptron_has_the_handouts_layers():
    model = MultiLayerFCNet(3072, 128, 10)
    layers = [(name, layer.in_features, layer.out_features) for name, layer in model.named_children()]
    assert layers == [
        ("linear1", 3072, 128),
        ("linear2", 128, 128),
        ("linear3", 128, 128),
        ("linear4", 128, 10),
    ]
    assert count_parameters(model) == 3072 * 128 + 128 + 2 * (128 * 128 + 128) + 128 * 10 + 10 == 427_658
    assert layers == MLPSpec(H=128).layers(10)  # what the page draws


def test_the_cnn_has_the_handouts_layers():
    model = CNN()
    assert count_parameters(model) == 4_680_594
    assert [name for name, _ in model.named_children()] == ["conv_layer", "fc_layer"]
    block = ["Conv2d", "BatchNorm2d", "LeakyReLU", "Conv2d", "BatchNorm2d", "LeakyReLU", "MaxPool2d"]
    assert [type(layer).__name__ for layer in model.conv_layer] == block * 2
    assert [type(layer).__name__ for layer in model.fc_layer] == [
        "Dropout", "Linear", "ReLU", "Linear", "ReLU", "Dropout", "Linear",
    ]  # fmt: skip
    shapes = [
        tuple(layer.weight.shape) for layer in model.modules() if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    assert shapes == [
        (32, 3, 3, 3), (32, 32, 3, 3), (64, 32, 3, 3), (64, 64, 3, 3), (1000, 4096), (512, 1000), (10, 512),
    ]  # fmt: skip
    assert [layer.p for layer in model.modules() if isinstance(layer, nn.Dropout)] == [0.1, 0.1]


@pytest.mark.parametrize("n_classes", [2, 10, 37])
def test_the_perceptron_gives_log_probabilities(n_classes):
    model = MultiLayerFCNet(D_IN, 16, n_classes)
    outputs = model(PICTURES)
    assert outputs.shape == (5, n_classes)
    torch.testing.assert_close(outputs.exp().sum(1), torch.ones(5))
    # a second log_softmax, as CrossEntropyLoss applies it, changes nothing
    torch.testing.assert_close(outputs.log_softmax(1), outputs)
    # flattened pictures are the same pictures
    assert torch.equal(model(PICTURES.reshape(-1, 3 * 32 * 32)), outputs)


def test_the_perceptron_is_the_handouts_arithmetic():
    model = MultiLayerFCNet(D_IN, 16, 10)
    x = PICTURES.reshape(-1, D_IN)
    for layer in (model.linear1, model.linear2, model.linear3):
        x = (x @ layer.weight.T + layer.bias).clamp(min=0)
    scores = x @ model.linear4.weight.T + model.linear4.bias
    torch.testing.assert_close(model(PICTURES), scores - scores.exp().sum(1, keepdim=True).log())


@pytest.mark.parametrize("n_classes", [2, 10, 37])
def test_the_cnn_gives_a_score_for_each_class(n_classes):
    model = CNN(n_classes).eval()
    assert model(PICTURES).shape == (5, n_classes)
    assert model.conv_layer(PICTURES).shape == (5, 64, 8, 8)


def test_build_model_obeys_the_spec():
    perceptron = build_model(MLPSpec(H=24), 7)
    assert (perceptron.linear1.out_features, perceptron.linear4.out_features) == (24, 7)
    network = build_model(CNNSpec(dropout=0.5), 7)
    assert network.fc_layer[0].p == network.fc_layer[5].p == 0.5
    assert network.conv_layer[3].weight.is_contiguous(memory_format=torch.channels_last)


def test_the_seed_decides_the_weights():
    def weights(seed):
        torch.manual_seed(seed)
        return build_model(MLPSpec(H=8), 10).linear1.weight

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_count_parameters_leaves_out_what_is_frozen():
    model = MultiLayerFCNet(D_IN, 8, 10)
    model.linear1.requires_grad_(False)
    assert count_parameters(model) == 2 * (8 * 8 + 8) + 8 * 10 + 10
