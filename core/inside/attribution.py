"""What speaks for a class in a picture: Captum's methods, for any network that this lab looks into.

Pages call ``core.inside.inspection`` (Question 3) and ``core.transfer.inside`` (Question 5), which know how their
networks want a picture. Networks stay as they are, and one thread computes: trainings beside it need the processor.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

# Captum hangs hooks into a network that several browsers look into
_HOOKS = threading.Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread, then as before."""
    n = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n)


def grad_cam(model: nn.Module, layer: nn.Module, inputs: torch.Tensor, target: int) -> np.ndarray:
    """Where a layer finds what speaks for a class (``LayerGradCam``).

    Parameters
    ----------
    model : nn.Module
        In ``eval()`` mode.
    layer : nn.Module
        A part of it that answers with maps.
    inputs : Tensor of shape (1, 3, height, width), float32
    target : int
        The class, from 0.

    Returns
    -------
    ndarray of shape (height, width), float32
        From 0 on; the layer's maps are coarser, and enlarged to the picture's size.

    References
    ----------
    Selvaraju et al., "Grad-CAM", ICCV 2017.
    """
    from captum.attr import LayerAttribution, LayerGradCam  # a second of import: only where somebody asks for it

    with _HOOKS, one_thread(), torch.enable_grad():
        inputs = inputs.requires_grad_()  # the weights are frozen: gradients come from here
        coarse = LayerGradCam(model, layer).attribute(inputs, target=target, relu_attributions=True)
        fine = LayerAttribution.interpolate(coarse, tuple(inputs.shape[2:]), "bilinear")
    heat: np.ndarray = fine.detach()[0, 0].numpy()
    return heat


def occlusion(
    model: nn.Module, inputs: torch.Tensor, target: int, *, window: int, stride: int, batch_size: int = 32
) -> np.ndarray:
    """How much the class's score falls where a square covers the picture (``Occlusion``).

    Parameters
    ----------
    model : nn.Module
        In ``eval()`` mode.
    inputs : Tensor of shape (1, 3, height, width), float32
        Its zeros are what covers: the middle of what the network was trained on.
    target : int
        The class, from 0.
    window, stride : int
        Side of the square, and how far it moves each time, in pixels.
    batch_size : int
        Covered pictures that are judged together.

    Returns
    -------
    ndarray of shape (height, width), float32
        Positive: the covered part speaks for the class; negative: against it.

    References
    ----------
    Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
    """
    from captum.attr import Occlusion

    with one_thread(), torch.no_grad():
        fallen = Occlusion(model).attribute(
            inputs,
            target=target,
            sliding_window_shapes=(inputs.shape[1], window, window),
            strides=(inputs.shape[1], stride, stride),
            baselines=0,
            perturbations_per_eval=batch_size,
        )
    covered: np.ndarray = fallen[0].mean(dim=0).numpy()  # a square covers all three colours alike
    return covered
