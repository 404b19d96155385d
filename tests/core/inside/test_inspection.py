"""core/inspection.py: what a look inside says, against torch's own hooks, gradients and arithmetic."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core import datasets
from core.convolution.lesson import work
from core.inside import inspection
from core.inside.both_modes import both_modes
from core.inside.hand_sum import hand_sum
from core.models import build_model, count_parameters
from core.specs import CNNSpec, DataSpec, MLPSpec

SMALL = CNNSpec(channels1=6, channels2=10)


@pytest.fixture(scope="module")
def images(module_home):
    return datasets.load_for(DataSpec(n_train=100, n_test=60))


@pytest.fixture(scope="module")
def trained(images):
    """A narrow CNN that has moved away from its first weights, in eval() mode, as torch itself has it."""
    torch.manual_seed(3)
    model = build_model(SMALL, 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    inputs, labels = inspection.to_input(images.train_images), torch.from_numpy(np.array(images.train_labels))
    for _ in range(3):
        loss = F.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


@pytest.fixture
def network(trained):
    return inspection.network_of(SMALL, 10, trained.state_dict())


def test_the_inputs_are_the_handouts(images):
    """ToTensor divides by 255; Normalize takes 0.5 away and divides by 0.5."""
    from torchvision import transforms

    handout = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    expected = torch.stack([handout(np.array(picture)) for picture in images.test_images[:5]])
    torch.testing.assert_close(inspection.to_input(images.test_images[:5]), expected)


def test_the_table_of_layers_is_the_handouts_network():
    table = inspection.layers(CNNSpec(), 10)
    assert sum(row.n_parameters for row in table) == 4_680_594
    assert [row.name for row in table] == [f"conv_layer.{k}" for k in range(14)] + [f"fc_layer.{k}" for k in range(7)]
    by_name = {row.name: row for row in table}
    first, linear = by_name["conv_layer.0"], by_name["fc_layer.1"]
    assert (first.kind, first.shape_in, first.shape_out) == ("Conv2d", (3, 32, 32), (32, 32, 32))
    assert (first.n_parameters, first.n_multiply_adds) == (32 * 27 + 32, 32 * 32 * 32 * 27)
    assert (by_name["conv_layer.13"].shape_in, by_name["conv_layer.13"].shape_out) == ((64, 16, 16), (64, 8, 8))
    assert (linear.n_parameters, linear.n_multiply_adds) == (4096 * 1000 + 1000, 4096 * 1000)
    assert all(row.n_multiply_adds == 0 for row in table if row.kind not in ("Conv2d", "Linear"))


@pytest.mark.parametrize(
    "spec", [CNNSpec(), CNNSpec(channels1=4, channels2=128), CNNSpec(channels1=7, channels2=9, batch_norm=False)]
)
@pytest.mark.parametrize("n_classes", [2, 10])
def test_the_sliders_arithmetic_is_the_modules(spec, n_classes):
    table = inspection.layers(spec, n_classes)
    assert spec.n_parameters(n_classes) == count_parameters(build_model(spec, n_classes))
    assert spec.n_parameters(n_classes) == sum(row.n_parameters for row in table)
    assert spec.n_multiply_adds(n_classes) == sum(row.n_multiply_adds for row in table)
    assert ("BatchNorm2d" in {row.kind for row in table}) == spec.batch_norm


def test_the_perceptron_has_a_table_too():
    assert [row.name for row in inspection.layers(MLPSpec(H=8), 10)] == ["linear1", "linear2", "linear3", "linear4"]


def test_a_network_to_look_at_is_the_same_network(trained, network, images):
    inputs = inspection.to_input(images.test_images)
    with torch.no_grad():
        expected = trained(inputs).softmax(1).numpy()
    np.testing.assert_allclose(inspection.probabilities(network, images.test_images), expected, atol=1e-6)
    assert not network.training
    assert not any(p.requires_grad for p in network.parameters())
    assert list(network.state_dict()) == list(trained.state_dict())


def test_a_look_moves_no_random_numbers_and_no_number_of_threads(trained, images):
    state, n = torch.get_rng_state(), torch.get_num_threads()
    model = inspection.network_of(SMALL, 10, trained.state_dict())
    inspection.probabilities(model, images.test_images[:3])
    both_modes(model, images.test_images, images.test_labels, random_state=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == n


def test_feature_maps_are_what_torchs_hooks_see(trained, network, images):
    seen = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, output, name=name: seen.update({name: output.clone()[0].numpy()}))
        for name, layer in trained.conv_layer.named_children()
    ]
    with torch.no_grad():
        trained(inspection.to_input(images.test_images[4:5]))
    for hook in hooks:
        hook.remove()
    maps = inspection.feature_maps(network, images.test_images[4])
    assert list(maps) == [f"conv_layer.{name}" for name in seen]
    for name, expected in seen.items():
        np.testing.assert_allclose(maps[f"conv_layer.{name}"], expected, atol=1e-5)


def test_what_comes_before_an_activation_is_not_overwritten_by_it(network, images):
    """The handout's activations work in place; the maps of the layer before must still have their negative numbers."""
    maps = inspection.feature_maps(network, images.test_images[0])
    assert maps["conv_layer.1"].min() < 0
    np.testing.assert_allclose(
        maps["conv_layer.2"], np.where(maps["conv_layer.1"] > 0, 1, 0.01) * maps["conv_layer.1"], atol=1e-6
    )


def test_the_hand_sum_is_the_networks_sum_everywhere(network, images):
    picture = images.test_images[7]
    maps = inspection.feature_maps(network, picture)["conv_layer.0"]
    for channel in range(len(maps)):
        for row, column in [(0, 0), (0, 31), (31, 0), (31, 31), (0, 5), (13, 20), (30, 1)]:
            lesson = hand_sum(network.conv_layer[0], picture, channel, row, column)
            worked = work(lesson)
            assert worked.sums.output.shape == (1, 1, 1)
            assert len(worked.sums.steps[0].terms) == 27
            assert abs(worked.sums.output.item() - maps[channel, row, column]) < 2e-6


def test_the_filters_are_drawn_on_one_scale_around_grey(network):
    tiles = inspection.first_filters(network).astype(float)
    weights = network.conv_layer[0].weight.numpy().transpose(0, 2, 3, 1)
    assert tiles.shape == (6, 3, 3, 3)
    assert {tiles.min(), tiles.max()} & {0.0, 255.0}
    np.testing.assert_allclose((tiles - 127.5) / 127.5, weights / np.abs(weights).max(), atol=0.005)


def test_the_peaks_are_the_largest_of_the_maps(network, images):
    told = []
    peaks = inspection.channel_peaks(network, "conv_layer.9", images.test_images, told.append)
    assert peaks.shape == (60, 10)
    for k in (0, 11, 59):
        maps = inspection.feature_maps(network, images.test_images[k])["conv_layer.9"]
        np.testing.assert_allclose(peaks[k], maps.max(axis=(1, 2)), atol=1e-5)
    assert told[-1] == 1


@pytest.mark.parametrize("spec", [SMALL, CNNSpec(channels1=6, channels2=10, batch_norm=False)])
def test_grad_cam_is_the_papers_formula(spec, images):
    """Weights of the maps are the mean gradients; their sum, cut off below zero (Selvaraju et al. 2017)."""
    torch.manual_seed(1)
    model = inspection.network_of(spec, 10, build_model(spec, 10).state_dict())
    position = max(k for k, layer in enumerate(model.conv_layer) if isinstance(layer, nn.Conv2d))
    x = inspection.to_input(images.test_images[2:3])
    maps = model.conv_layer[: position + 1](x).requires_grad_()
    score = model.fc_layer(model.conv_layer[position + 1 :](maps).flatten(1))[0, 4]
    (gradients,) = torch.autograd.grad(score, maps)
    coarse = F.relu((gradients.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1, keepdim=True))
    expected = F.interpolate(coarse, (32, 32), mode="bilinear").detach()[0, 0].numpy()
    np.testing.assert_allclose(inspection.grad_cam(model, images.test_images[2], 4), expected, atol=1e-8, rtol=1e-3)
    assert inspection.grad_cam(model, images.test_images[2], 4).min() >= 0


def test_covering_the_whole_picture_takes_all_its_score(network, images):
    picture = images.test_images[0]
    with torch.no_grad():
        score = network(inspection.to_input(picture[None]))[0, 3] - network(torch.zeros(1, 3, 32, 32))[0, 3]
    whole = inspection.occlusion(network, picture, 3, window=32, stride=32)
    np.testing.assert_allclose(whole, np.full((32, 32), score.item()), atol=1e-5)


def test_one_window_of_the_occlusion_by_hand(network, images):
    picture = images.test_images[0]
    x = inspection.to_input(picture[None])
    covered = x.clone()
    covered[:, :, :16, 16:] = 0
    with torch.no_grad():
        fallen = (network(x) - network(covered))[0, 6].item()
    quarters = inspection.occlusion(network, picture, 6, window=16, stride=16)
    np.testing.assert_allclose(quarters[:16, 16:], np.full((16, 16), fallen), atol=1e-5)
