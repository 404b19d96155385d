"""core/layer_motion.py against NumPy."""

import numpy as np
import pytest
import torch

from core.models.resnet import resnet18
from core.transfer.layer_motion import layer_motion


@pytest.fixture
def before():
    torch.manual_seed(0)
    model = resnet18(3)
    with torch.no_grad():
        model.train()(torch.rand(4, 3, 32, 32))
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def test_nothing_moved(before):
    motion = layer_motion(before, before)
    assert all(m.moved == 0 and m.drift in (0, None) for m in motion)
    assert [m.layer for m in motion][:3] == ["conv1", "bn1", "layer1.0.conv1"]
    assert motion[-1].layer == "fc"
    assert len(motion) == 41  # 20 convolutions, 20 batch norms, the head


def test_shares_are_lengths_of_changes(before):
    after = {name: tensor.clone() for name, tensor in before.items()}
    after["layer2.0.conv1.weight"] *= 1.25
    after["bn1.weight"] += 0.5
    after["bn1.running_mean"] += 1
    after["layer1.0.bn1.num_batches_tracked"] += 100
    found = {m.layer: m for m in layer_motion(before, after)}
    assert found["layer2.0.conv1"].moved == pytest.approx(0.25, rel=1e-5)
    assert found["layer2.0.conv1"].drift is None
    assert found["layer2.0.conv1"].stage == "layer2"
    bn = {part: before[f"bn1.{part}"].double().numpy() for part in ("weight", "bias", "running_mean", "running_var")}
    size = np.linalg.norm(np.concatenate([bn["weight"], bn["bias"]]))
    assert found["bn1"].moved == pytest.approx(0.5 * 8 / size, rel=1e-5)  # 64 numbers moved by a half
    stats = np.linalg.norm(np.concatenate([bn["running_mean"], bn["running_var"]]))
    assert found["bn1"].drift == pytest.approx(8 / stats, rel=1e-5)
    assert found["layer1.0.bn1"].drift == 0  # its counter is no statistic
