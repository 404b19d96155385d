"""The handout's augmentation for whole batches: torchvision's two random transforms, done by torch in one go.

Torchvision cuts and enlarges one picture at a time; here each picture of a batch gets its own cut-out, and one
``grid_sample`` enlarges them all: where nothing is shrunk, bilinear sampling is what torchvision's ``Resize`` does too.
Cut-outs of larger pictures than the network sees may be shrunk, and are then resized one by one, with antialiasing.
"""

import math

import torch
from torch.nn import functional as F

from core.specs.transfer import AugmentationSpec

RATIOS = (3 / 4, 4 / 3)  # width to height of a cut-out, as torchvision's RandomResizedCrop


def enlarge(pictures: torch.Tensor, side: int) -> torch.Tensor:
    """Pictures (n, 3, h, w) as (n, 3, side, side), larger or smaller; as they are where they have that size."""
    if pictures.shape[-2:] == (side, side):
        return pictures
    return F.interpolate(pictures, (side, side), mode="bilinear", antialias=True)


def boxes(n: int, spec: AugmentationSpec, generator: torch.Generator) -> torch.Tensor:
    """Random crops, (n, 4): left, top, width and height as shares of the picture.

    Area and ratio are drawn as torchvision's ``RandomResizedCrop`` draws them; a box that sticks out is made to fit by
    cutting its longer side, where torchvision draws again.
    """
    if not spec.crop:
        return torch.tensor([0.0, 0.0, 1.0, 1.0]).repeat(n, 1)
    area = torch.empty(n).uniform_(spec.smallest, 1, generator=generator)
    ratio = torch.empty(n).uniform_(math.log(RATIOS[0]), math.log(RATIOS[1]), generator=generator).exp()
    width, height = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    left = torch.rand(n, generator=generator) * (1 - width)
    top = torch.rand(n, generator=generator) * (1 - height)
    return torch.stack([left, top, width, height], dim=1)


def augment(
    pictures: torch.Tensor, side: int, spec: AugmentationSpec, generator: torch.Generator
) -> torch.Tensor:
    """Each picture in a random view.

    Parameters
    ----------
    pictures : Tensor of shape (n, 3, h, w), float32
    side : int
        Pixels of the result, (n, 3, side, side).
    spec : AugmentationSpec
    generator : torch.Generator
        All that is random comes from here.
    """
    if not spec.is_on:
        return enlarge(pictures, side)
    drawn = boxes(len(pictures), spec, generator)
    mirrored = torch.rand(len(pictures), generator=generator) < (0.5 if spec.flip else 0.0)
    if max(pictures.shape[-2:]) > side:
        return cut_out_shrunk(pictures, drawn, mirrored, side)
    return cut_out(pictures, drawn, mirrored, side)


def cut_out(pictures: torch.Tensor, box: torch.Tensor, mirrored: torch.Tensor, side: int) -> torch.Tensor:
    """The boxes of the pictures, enlarged; some of them mirrored.

    Parameters
    ----------
    pictures : Tensor of shape (n, 3, h, w), float32
        No larger than ``side``, or what is shrunk gets grainy.
    box : Tensor of shape (n, 4)
        As ``boxes`` makes it.
    mirrored : Tensor of shape (n,), bool
    """
    left, top, width, height = box.to(pictures.device).unbind(1)
    # In grid_sample's coordinates the picture goes from -1 to 1
    scale_x = torch.where(mirrored.to(pictures.device), -width, width)
    theta = torch.zeros(len(pictures), 2, 3, device=pictures.device)
    theta[:, 0, 0], theta[:, 0, 2] = scale_x, 2 * left + width - 1
    theta[:, 1, 1], theta[:, 1, 2] = height, 2 * top + height - 1
    grid = F.affine_grid(theta, [len(pictures), pictures.shape[1], side, side], align_corners=False)
    return F.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


def cut_out_shrunk(pictures: torch.Tensor, box: torch.Tensor, mirrored: torch.Tensor, side: int) -> torch.Tensor:
    """The same of pictures of any size, one by one and of whole pixels: torchvision's ``resized_crop``."""
    height, width = pictures.shape[-2:]
    scale = torch.tensor([width, height, width, height])
    left, top, across, down = (box * scale).round().int().unbind(1)
    views = []
    for k, picture in enumerate(pictures):
        x, y = int(left[k]), int(top[k])
        part = picture[None, :, y : y + max(1, int(down[k])), x : x + max(1, int(across[k]))]
        views.append(enlarge(part.flip(-1) if mirrored[k] else part, side))
    return torch.cat(views)
