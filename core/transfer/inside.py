"""A look inside a ResNet-18: its features, what each stage answers, its first filters, and what a decision rests on.

As in ``core.inside.inspection``, networks stay as they are, and one thread computes: trainings beside it need the
processor.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import nn
from torchvision.models import ResNet

from core.inside import attribution
from core.inside.attribution import one_thread
from core.inside.receptive_field import Field, field_of
from core.runs import Run
from core.specs import TransferSpec
from core.specs.models import N_FEATURES, STAGES
from core.training.augmentation import enlarge
from core.transfer.batches import batch_for, to_input
from core.transfer.feature_cache import extract
from core.transfer.training import network

HEAT_STAGES = STAGES[1:-1]
N_STEPS = 10  # of the covering square, from edge to edge


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
    step, n = batch_for(side, pictures.shape[1]), len(pictures)
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


def answers_of_run(run: Run, pictures: np.ndarray, n_classes: int) -> np.ndarray:
    """What a run's network says of pictures (n, side, side, 3): probabilities (n, n_classes)."""
    spec = run.spec
    assert isinstance(spec, TransferSpec), "its task says so"
    model = network(run, n_classes)
    return probabilities_of(model, features_of(model, pictures, spec.side))


def stage_maps(model: ResNet, picture: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """What each stage below the head answers to one picture: name to (channels, height, width)."""
    with one_thread(), torch.no_grad():
        return {stage: maps[0].contiguous().numpy() for stage, maps in _answers(model, prepare(picture[None], side))}


def _answers(model: ResNet, x: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
    """Each stage's name and its maps (n, channels, height, width), from the picture up."""
    x = model.relu(model.bn1(model.conv1(x)))
    yield "stem", x
    x = model.maxpool(x)
    for name in HEAT_STAGES:
        x = getattr(model, name)(x)
        yield name, x


def first_weights(model: ResNet) -> np.ndarray:
    """The weights of the stem's 64 filters, (64, 3, 7, 7): filters, colours, rows, columns."""
    return model.conv1.weight.detach().contiguous().numpy()


def stage_field(model: ResNet, stage: str) -> Field:
    """What a number of a stage's maps sees of the picture (the shortcuts see less of the same)."""
    layers: list[nn.Module] = [model.conv1]
    if stage != "stem":
        layers.append(model.maxpool)
        for name in HEAT_STAGES[: HEAT_STAGES.index(stage) + 1]:
            for block in getattr(model, name):
                layers += [block.conv1, block.conv2]
    return field_of(layers)


def grad_cam(model: ResNet, stage: str, picture: np.ndarray, target: int, side: int) -> np.ndarray:
    """Where a stage finds what speaks for a class, (side, side) from 0 on."""
    return attribution.grad_cam(model, getattr(model, stage), prepare(picture[None], side), target)


def occlusion(model: ResNet, picture: np.ndarray, target: int, side: int) -> np.ndarray:
    """How much the class's score falls where a square of a quarter of the side covers the picture, (side, side)."""
    return attribution.occlusion(
        model,
        prepare(picture[None], side),
        target,
        window=side // 4,
        stride=max(1, round(side / N_STEPS)),
        batch_size=min(32, batch_for(side)),
    )


def stage_peaks(
    model: ResNet,
    pictures: np.ndarray,
    side: int,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, np.ndarray]:
    """The largest answer of every channel of every stage to every picture: stage to (n, channels).

    Fewer rows where it was stopped.
    """
    step, n = batch_for(side, pictures.shape[1]), len(pictures)
    peaks: dict[str, list[np.ndarray]] = {}
    with one_thread(), torch.no_grad():
        for begin in range(0, n, step):
            for stage, maps in _answers(model, prepare(pictures[begin : begin + step], side)):
                peaks.setdefault(stage, []).append(maps.amax(dim=(2, 3)).numpy())
            on_progress(min(n, begin + step), n)
            if should_stop():
                break
    return {stage: np.concatenate(parts) for stage, parts in peaks.items()}
