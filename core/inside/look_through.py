"""One test picture on its way through a network: what each layer answers to it, before training or after."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core import datasets
from core.inside.attribution import one_thread
from core.inside.inspection import load_network, network_before, to_input
from core.runs import open_run
from core.specs import RunSpec


@dataclass(frozen=True)
class Look:
    """What was seen.

    Attributes
    ----------
    picture : ndarray of shape (32, 32, 3), uint8
    class_name : str
        Its true class.
    answers : dict of str to ndarray, float32
        Each layer's, by its name: maps (channels, height, width), or units (n,).
    is_trained : bool
        Whether the weights are those that a run has ended with; else they are those that training begins with.
    """

    picture: np.ndarray
    class_name: str
    answers: dict[str, np.ndarray]
    is_trained: bool


def look_through(spec: RunSpec, index: int, run_id: str | None = None) -> Look:
    """Send a test picture through the network of a run, or through that of ``spec`` before its first step.

    Parameters
    ----------
    spec : RunSpec
        Its pictures and its model; a run's own where ``run_id`` is given.
    index : int
        Of the test picture, from 0; the last one where there are fewer.
    run_id : str, optional
        Of a run that has kept the weights of its end.

    Raises
    ------
    ChalknetError
        If the pictures or the weights are not there, or the weights are no numbers.
    """
    images = datasets.load_for(spec.data)
    n_classes, index = len(images.class_names), min(index, len(images.test_labels) - 1)
    model = network_before(spec, n_classes) if run_id is None else load_network(open_run(run_id), n_classes)
    picture = np.array(images.test_images[index])
    name = images.class_names[images.test_labels[index]]
    return Look(picture, name, answers(model, picture), is_trained=run_id is not None)


def answers(model: nn.Module, picture: np.ndarray) -> dict[str, np.ndarray]:
    """What each layer of a network answers to one picture, by its name in the state dict."""
    found: dict[str, np.ndarray] = {}
    hooks = []

    def watch(name: str, layer: nn.Module) -> None:
        def note(_: nn.Module, __: object, output: torch.Tensor) -> None:
            found[name] = output[0].clone().numpy()  # a copy: what comes next may work in place

        hooks.append(layer.register_forward_hook(note))

    for name, layer in model.named_modules():
        if not list(layer.children()):
            watch(name, layer)
    try:
        with one_thread(), torch.no_grad():
            model(to_input(picture[None]))
    finally:
        for hook in hooks:
            hook.remove()
    return found
