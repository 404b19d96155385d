"""A look inside a ResNet-18: its features, what each stage answers, its first filters, and what a decision rests on.

As in ``core.inspection``, networks stay as they are, and one thread computes: trainings beside it need the processor.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torchvision.models import ResNet

from core.augmentation import enlarge
from core.feature_cache import extract
from core.inspection import one_thread
from core.resnet_spec import N_FEATURES, STAGES
from core.transfer_batches import batch_for, to_input

HEAT_STAGES = STAGES[1:-1]


def prepare(pictures: np.ndarray, side: int) -> torch.Tensor:
    """Pictures (n, h, w, 3) of bytes as the network gets them: (n, 3, side, side)."""
    inputs = enlarge(to_input(torch.from_numpy(np.array(pictures))), side)
    return inputs.contiguous(memory_format=torch.channels_last)


def features_of(
    model: ResNet,
    pictures: np.ndarray,
    side: int,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> np.ndarray:
    """What the last layer gets of each picture, (n, 512); fewer rows where it was stopped."""
    step, n = batch_for(side), len(pictures)
    found = [np.empty((0, N_FEATURES), np.float32)]

    def batches() -> Iterator[torch.Tensor]:
        for begin in range(0, n, step):
            yield prepare(pictures[begin : begin + step], side)

    done = 0
    with one_thread():
        for part in extract(model, batches()):
            found.append(part.numpy())
            done += len(part)
            on_progress(done, n)
            if should_stop():
                break
    return np.concatenate(found)


def probabilities_of(model: ResNet, features: np.ndarray) -> np.ndarray:
    """Of each picture and class, from its features, (n, n_classes)."""
    with torch.no_grad():
        odds: np.ndarray = model.fc(torch.from_numpy(np.array(features))).softmax(1).numpy()
    return odds


def stage_maps(model: ResNet, picture: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """What each stage below the head answers to one picture: name to (channels, height, width)."""
    maps = {}
    with one_thread(), torch.no_grad():
        x = model.relu(model.bn1(model.conv1(prepare(picture[None], side))))
        maps["stem"] = x[0].contiguous().numpy()
        x = model.maxpool(x)
        for name in HEAT_STAGES:
            x = getattr(model, name)(x)
            maps[name] = x[0].contiguous().numpy()
    return maps


def first_filters(model: ResNet) -> np.ndarray:
    """The 64 filters of the stem as pictures, (64, 7, 7, 3) of bytes: grey is a weight of 0; all have one scale."""
    weights = model.conv1.weight.detach().numpy().transpose(0, 2, 3, 1)
    scale = max(float(np.abs(weights).max()), 1e-12)
    return np.round(127.5 + 127.5 * weights / scale).astype(np.uint8)


def grad_cam(model: ResNet, stage: str, picture: np.ndarray, target: int, side: int) -> np.ndarray:
    """Where a stage finds what speaks for a class, (side, side) from 0 on (Captum's ``LayerGradCam``)."""
    from captum.attr import LayerAttribution, LayerGradCam  # a second of import

    with one_thread(), torch.enable_grad():
        inputs = prepare(picture[None], side).requires_grad_()  # the weights are frozen: gradients come from here
        found = LayerGradCam(model, getattr(model, stage)).attribute(inputs, target=target, relu_attributions=True)
        fine = LayerAttribution.interpolate(found, (side, side), "bilinear")
    heat: np.ndarray = fine.detach()[0, 0].numpy()
    return heat
