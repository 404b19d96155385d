"""A look inside ResNet-18, against torch's own ways to get the same numbers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torchvision.models import ResNet
from torchvision.models.feature_extraction import create_feature_extractor

from core.models.resnet import resnet18
from core.transfer import inside as transfer_inside

SIDE = 64


@pytest.fixture(scope="module")
def model() -> ResNet:
    with torch.random.fork_rng():
        torch.manual_seed(2)
        return resnet18(4).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)


def test_the_maps_are_what_torchvisions_extractor_finds(model, pictures):
    nodes = {"relu": "stem", **{stage: stage for stage in transfer_inside.HEAT_STAGES}}
    with torch.no_grad():
        expected = create_feature_extractor(model, nodes)(transfer_inside.prepare(pictures[5:6], SIDE))
    maps = transfer_inside.stage_maps(model, pictures[5], SIDE)
    assert list(maps) == ["stem", "layer1", "layer2", "layer3", "layer4"]
    for stage, found in maps.items():
        np.testing.assert_allclose(found, expected[stage][0].numpy(), atol=1e-5)


def test_the_peaks_are_the_largest_of_the_maps(model, pictures):
    told = []
    peaks = transfer_inside.stage_peaks(model, pictures, SIDE, on_progress=lambda *at: told.append(at))
    assert {stage: found.shape for stage, found in peaks.items()} == {
        "stem": (40, 64), "layer1": (40, 64), "layer2": (40, 128), "layer3": (40, 256), "layer4": (40, 512)
    }  # fmt: skip
    assert told[-1] == (40, 40)
    for k in (0, 39):
        for stage, maps in transfer_inside.stage_maps(model, pictures[k], SIDE).items():
            np.testing.assert_allclose(peaks[stage][k], maps.max(axis=(1, 2)), atol=1e-5)


def test_peaks_can_be_stopped(model, pictures):
    side = 224
    peaks = transfer_inside.stage_peaks(model, pictures, side, should_stop=lambda: True)
    assert len(peaks["stem"]) == transfer_inside.batch_for(side) < len(pictures)


@pytest.mark.parametrize("stage", transfer_inside.HEAT_STAGES)
def test_grad_cam_is_the_papers_formula(model, pictures, stage):
    """Weights of the maps are the mean gradients; their sum, cut off below zero (Selvaraju et al. 2017)."""
    found = {}

    def keep(_layer, _inputs, output):
        found["maps"] = output.detach().requires_grad_()
        return found["maps"]

    hook = getattr(model, stage).register_forward_hook(keep)
    score = model(transfer_inside.prepare(pictures[2:3], SIDE))[0, 1]
    hook.remove()
    maps = found["maps"]
    (gradients,) = torch.autograd.grad(score, maps)
    coarse = F.relu((gradients.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1, keepdim=True))
    expected = F.interpolate(coarse, (SIDE, SIDE), mode="bilinear").detach()[0, 0].numpy()
    heat = transfer_inside.grad_cam(model, stage, pictures[2], 1, SIDE)
    np.testing.assert_allclose(heat, expected, atol=1e-7, rtol=1e-3)
    assert not getattr(model, stage)._forward_hooks  # the network is as it was


def test_the_corner_is_covered_as_by_hand(model, pictures):
    """The first square is the only one that covers the first pixel."""
    x = transfer_inside.prepare(pictures[:1], SIDE)
    covered = x.clone()
    covered[:, :, : SIDE // 4, : SIDE // 4] = 0
    with torch.no_grad():
        fallen = (model(x) - model(covered))[0, 3].item()
    found = transfer_inside.occlusion(model, pictures[0], 3, SIDE)
    assert found.shape == (SIDE, SIDE)
    assert found[0, 0] == pytest.approx(fallen, abs=1e-5)
