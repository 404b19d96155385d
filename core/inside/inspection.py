"""A look inside a trained CNN: its layers in numbers, what each layer answers, and what a decision rests on.

Everything here leaves the network as it was, and computes in one thread: the trainings beside it need the processor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core.inside import attribution
from core.inside.attribution import one_thread
from core.inside.filters import as_pictures, scale_of
from core.inside.receptive_field import strongest
from core.lab.errors import ChalknetError
from core.models import CNN, build_model, must_compute
from core.models.drawing import seeded
from core.runs import Run
from core.specs import AnyModelSpec, CNNSpec, MLPSpec, RunSpec
from core.training import checkpoints
from core.training.batches import normalise

BATCH = 256  # pictures at a time: their maps (32 x 32 x 32 floats each) fit 34 MB


@dataclass(frozen=True)
class Layer:
    """One layer as the module itself has it; shapes are of one picture, without the batch."""

    name: str  # in the state dict, such as "conv_layer.0"
    kind: str  # such as "Conv2d"
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]
    n_parameters: int
    n_multiply_adds: int  # of convolutions and linear layers


def layers(spec: CNNSpec | MLPSpec, n_classes: int) -> list[Layer]:
    """The layers in the order in which a picture goes through them.

    They are watched during a forward pass on torch's "meta" device, which has shapes and no numbers: it costs nothing,
    however wide the network is.
    """
    with torch.device("meta"):
        model = build_model(spec, n_classes)
        picture = torch.empty(1, 3, 32, 32)
    seen: list[Layer] = []

    def watch(name: str) -> Callable[[nn.Module, tuple[torch.Tensor, ...], torch.Tensor], None]:
        def hook(layer: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            n = sum(p.numel() for p in layer.parameters())
            shape_in, shape_out = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])
            seen.append(Layer(name, type(layer).__name__, shape_in, shape_out, n, _multiply_adds(layer, output)))

        return hook

    for name, layer in model.named_modules():
        if not list(layer.children()):
            layer.register_forward_hook(watch(name))
    model.eval()(picture)
    return seen


def _multiply_adds(layer: nn.Module, output: torch.Tensor) -> int:
    """One weight times one number is one; a convolution uses each weight once an output pixel."""
    if isinstance(layer, nn.Conv2d):
        return layer.weight.numel() * output.shape[2] * output.shape[3]
    return layer.weight.numel() if isinstance(layer, nn.Linear) else 0


def load_network(run: Run, n_classes: int) -> nn.Module:
    """The network at a run's end, for looking: in ``eval()`` mode, nobody trains it.

    Raises
    ------
    ChalknetError
        If it has left no weights.
    """
    try:
        weights = checkpoints.load(run.folder / "model.pt")
    except OSError as error:
        raise ChalknetError("These weights are not there (any more). Train a network first.") from error
    return network_of(run.spec.model, n_classes, weights)


def network_of(spec: AnyModelSpec, n_classes: int, weights: dict[str, torch.Tensor]) -> nn.Module:
    """A network with these weights, in ``eval()`` mode; a ``ChalknetError`` if they are no numbers."""
    with torch.device("meta"):  # no random weights are drawn, which would move the app's random numbers
        model = build_model(spec, n_classes)
    model.load_state_dict(weights, assign=True)
    must_compute(model)
    return _for_looking(model)


def _for_looking(model: nn.Module) -> nn.Module:
    for layer in model.modules():
        if isinstance(layer, nn.LeakyReLU | nn.ReLU):
            layer.inplace = False  # the same numbers, and what comes before an activation can still be looked at
    return model.eval().requires_grad_(False)


def to_input(pictures: np.ndarray) -> torch.Tensor:
    """Pictures (n, 32, 32, 3) of bytes as the network gets them: (n, 3, 32, 32) from -1 to 1."""
    return normalise(torch.from_numpy(np.array(pictures.transpose(0, 3, 1, 2), dtype=np.float32)))


def probabilities(model: nn.Module, pictures: np.ndarray) -> np.ndarray:
    """Of each picture and class, (n, n_classes)."""
    with one_thread(), torch.no_grad():
        parts = [model(to_input(pictures[i : i + BATCH])).softmax(1) for i in range(0, len(pictures), BATCH)]
    return torch.cat(parts).numpy()


def answers_of_run(run: Run, pictures: np.ndarray, n_classes: int) -> np.ndarray:
    """What a run's network says of pictures (n, 32, 32, 3): probabilities (n, n_classes)."""
    return probabilities(load_network(run, n_classes), pictures)


def feature_maps(model: CNN, picture: np.ndarray) -> dict[str, np.ndarray]:
    """What each layer of ``conv_layer`` answers to one picture: name to (channels, height, width)."""
    maps = {}
    with one_thread(), torch.no_grad():
        x = to_input(picture[None])
        for name, layer in model.conv_layer.named_children():
            x = layer(x)
            maps[f"conv_layer.{name}"] = x[0].contiguous().numpy()
    return maps


def first_filters(model: CNN) -> np.ndarray:
    """The filters of the first convolution as pictures, (n, 3, 3, 3) of bytes: grey is a weight of 0.

    All have one scale, so that a weak filter looks weak.
    """
    weights = first_weights(model)
    return as_pictures(weights, scale_of(weights))


def first_weights(model: CNN) -> np.ndarray:
    """The weights of the first convolution, (n, 3, 3, 3): filters, colours, rows, columns."""
    return model.get_parameter("conv_layer.0.weight").detach().contiguous().numpy()


def network_before(spec: RunSpec, n_classes: int) -> nn.Module:
    """The network of a run before its first step, drawn again from its seed: bit for bit what training drew.

    A branch has its parent's seed, and so began where that began.
    """
    with seeded(spec.random_state):
        return _for_looking(build_model(spec.model, n_classes))


def layers_until(model: CNN, layer: str) -> list[nn.Module]:
    """What a picture goes through up to a layer of ``conv_layer``, that one included."""
    return list(model.conv_layer)[: int(layer.removeprefix("conv_layer.")) + 1]


def peak_places(model: CNN, layer: str, pictures: np.ndarray, channel: int) -> np.ndarray:
    """Row and column where a channel of a layer answers most to each of a few pictures, (n, 2)."""
    with one_thread(), torch.no_grad():
        maps = nn.Sequential(*layers_until(model, layer))(to_input(pictures))[:, channel]
    return strongest(maps.contiguous().numpy())


def channel_peaks(
    model: CNN, layer: str, pictures: np.ndarray, on_progress: Callable[[float], None] = lambda share: None
) -> np.ndarray:
    """The largest answer of every channel of a layer to every picture, (n, channels)."""
    part, peaks = nn.Sequential(*layers_until(model, layer)), []
    with one_thread(), torch.no_grad():
        for begin in range(0, len(pictures), BATCH):
            peaks.append(part(to_input(pictures[begin : begin + BATCH])).amax(dim=(2, 3)))
            on_progress(min(1.0, (begin + BATCH) / len(pictures)))
    return torch.cat(peaks).numpy()


def grad_cam(model: CNN, picture: np.ndarray, target: int) -> np.ndarray:
    """Where the last convolution, whose maps are 16 x 16, finds what speaks for a class: (32, 32) from 0 on."""
    last = [layer for layer in model.conv_layer if isinstance(layer, nn.Conv2d)][-1]
    return attribution.grad_cam(model, last, to_input(picture[None]), target)


def occlusion(model: CNN, picture: np.ndarray, target: int, window: int = 8, stride: int = 3) -> np.ndarray:
    """How much the class's score falls where a grey square covers the picture, (32, 32)."""
    return attribution.occlusion(model, to_input(picture[None]), target, window=window, stride=stride)
