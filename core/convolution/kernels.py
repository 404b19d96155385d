"""Kernels that are worth seeing, with what each does to one channel in one sentence."""

from dataclasses import dataclass

Grid = tuple[tuple[float, ...], ...]  # rows of cells
Cube = tuple[Grid, ...]  # channels of grids


@dataclass(frozen=True)
class Kernel:
    """A named kernel: its title and effect for people, and its weights, (h, w)."""

    title: str
    effect: str
    weights: Grid


KERNELS: dict[str, Kernel] = {
    "handout": Kernel("Handout (2 x 2)", "The filter of Question 2.", ((2, 1), (0, -1))),
    "identity": Kernel("Identity", "Copies the pixel below its middle.", ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    "box_blur": Kernel("Box blur", "The average of the 3 x 3 pixels below it.", ((1 / 9,) * 3,) * 3),
    "gaussian": Kernel(
        "Gaussian blur",
        "A softer average: near neighbours count more.",
        ((1 / 16, 2 / 16, 1 / 16), (2 / 16, 4 / 16, 2 / 16), (1 / 16, 2 / 16, 1 / 16)),
    ),
    "sharpen": Kernel(
        "Sharpen", "Differences to the neighbours are added on top.", ((0, -1, 0), (-1, 5, -1), (0, -1, 0))
    ),
    "sobel_x": Kernel("Sobel x", "Vertical edges: right minus left.", ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
    "sobel_y": Kernel("Sobel y", "Horizontal edges: below minus above.", ((-1, -2, -1), (0, 0, 0), (1, 2, 1))),
    "laplacian": Kernel("Laplacian", "Edges of every direction.", ((0, 1, 0), (1, -4, 1), (0, 1, 0))),
    "emboss": Kernel(
        "Emboss", "Light from the upper left: the picture looks raised.", ((-2, -1, 0), (-1, 1, 1), (0, 1, 2))
    ),
}


def effect_on(kernel: Kernel, n_channels: int) -> str:
    """What a kernel does to an image of so many channels: a filter adds up what it makes of each."""
    if n_channels == 1:
        return kernel.effect
    return f"{kernel.effect} So on each of the {n_channels} channels: the map is the sum of what comes out of them."


def kernel_name(weights: Grid) -> str | None:
    """The name of the preset with exactly these weights, or ``None``."""
    return next((name for name, kernel in KERNELS.items() if kernel.weights == weights), None)
