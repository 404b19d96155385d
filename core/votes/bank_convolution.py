"""Votes on Question 2: windows, sizes, filters, and what pooling does at an edge and going back."""

import numpy as np

from core.convolution import convolve, pool, relu
from core.votes.sources import DEEP_LEARNING, measured, of_convolution, of_shapes
from core.votes.vote import Measured, Option, Outcome, Vote

WINDOW = ((-1.0, 0.0), (2.0, 3.0))  # the handout's first
KERNEL = ((2.0, 1.0), (0.0, -1.0))
EDGE = ((8.0,), (25.0,))  # the handout's last row, left: the window sticks out below and to the right


def first_window(random_state: int) -> Outcome:
    """The handout's first window, with ReLU behind it."""
    total = float(convolve(np.array(WINDOW), np.array(KERNEL)).output.item())
    after = float(relu(np.array(total)))
    return Outcome(f"{after:g}", (Measured("sum of the products", total), Measured("after ReLU", after)))


def size_of_stem(random_state: int) -> Outcome:
    """A 7 x 7 kernel with stride 2 and padding 3 on 32 x 32."""
    height, width = convolve(np.zeros((32, 32)), np.zeros((7, 7)), stride=2, padding=3).output.shape[-2:]
    return Outcome(f"{height} x {width}", (Measured("height", height), Measured("width", width)))


def parameters_of_filters(random_state: int) -> Outcome:
    """Of ``Conv2d(16, 32, 3)``."""
    from torch import nn

    from core.models.build import count_parameters

    n = count_parameters(nn.Conv2d(16, 32, 3, device="meta"))
    return Outcome(f"{n:,}", (Measured("parameters", n),))


def maps_of_filters(random_state: int) -> Outcome:
    """Of ``Conv2d(3, 8, 3)`` on one picture."""
    n = int(convolve(np.zeros((3, 32, 32)), np.zeros((8, 3, 3, 3))).output.shape[0])
    return Outcome(f"{n}", (Measured("maps", n),))


def pooled_edge(random_state: int) -> Outcome:
    """2 x 2 max-pooling of 5 x 5 as PyTorch does it by default."""
    height, width = pool(np.zeros((5, 5)), 2, kind="max").output.shape[-2:]
    return Outcome(f"{height} x {width}", (Measured("height", height), Measured("width", width)))


def average_of_partial_window(random_state: int) -> Outcome:
    """The handout's last window of Question 2, which sticks out."""
    value = float(pool(np.array(EDGE), 2, kind="average", edge="partial").output.item())
    return Outcome(f"{value:g}", (Measured("average", value),))


def shifted_map(random_state: int) -> Outcome:
    """A picture moved right by one pixel, with zeros all around, through one kernel."""
    picture = np.zeros((12, 12))
    picture[4:7, 4:7] = np.random.default_rng(random_state).integers(1, 9, (3, 3))
    kernel = np.array(KERNEL)
    before, after = (convolve(image, kernel).output for image in (picture, np.roll(picture, 1, axis=1)))
    n_moved, n_same = (int((after != other).sum()) for other in (np.roll(before, 1, axis=-1), before))
    answer = "It stays as it is" if n_same == 0 else "It changes in other ways"
    if n_moved == 0:
        answer = "It moves right by one pixel too"
    return Outcome(
        answer,
        (Measured("cells unlike the old map, moved by one", n_moved), Measured("cells unlike the old map", n_same)),
    )


def gradient_through_pooling(random_state: int) -> Outcome:
    """What the four inputs of a max-pooled window get, where the output's gradient is 1."""
    import torch

    window = torch.tensor([[[1.0, 4.0], [2.0, 3.0]]], requires_grad=True)
    torch.nn.functional.max_pool2d(window, 2).sum().backward()
    assert window.grad is not None
    given = window.grad.flatten().tolist()
    return Outcome(
        ", ".join(f"{value:g}" for value in given),
        tuple(Measured(f"gradient of the {n}", value) for n, value in zip((1, 4, 2, 3), given, strict=True)),
    )


VOTES = (
    Vote(
        "conv-value-1", "convolution",
        "The window (-1, 0 / 2, 3) meets the kernel (2, 1 / 0, -1), and ReLU follows. What stands in the activation "
        "map?",
        (
            Option("-5", "The sum of the products is the answer.", of_convolution("relu_forgotten")),
            Option("9", "The kernel is turned around before it is laid on the window.",
                   of_convolution("kernel_flipped")),
            Option("1", "3 x -1 is 3.", of_convolution("one_sign")),
            Option("0"),
        ),
        3, "-2 + 0 + 0 - 3 = -5, and ReLU makes it 0. PyTorch's convolution does not flip the kernel.", first_window,
    ),
    Vote(
        "conv-size-1", "convolution",
        "A 7 x 7 kernel moves over a 32 x 32 picture with stride 2 and padding 3. How large is the map?",
        (
            Option("13 x 13", "The kernel slides over the picture as it is.", of_shapes("padding_forgotten")),
            Option("16 x 16"),
            Option("17 x 17", "The last window counts, though it sticks out.", of_shapes("rounded_up")),
            Option("32 x 32", "The window moves by one pixel.", of_shapes("stride_ignored")),
        ),
        1, "(32 + 2 x 3 - 7) / 2 = 15.5, rounded down, and the first window: 16.", size_of_stem,
    ),
    Vote(
        "conv-parameters-1", "convolution",
        "32 filters of 3 x 3 look at 16 channels. How many parameters has this layer?",
        (
            Option("4,640"),
            Option("320", "A filter is one 3 x 3 square for all channels.", of_shapes("in_channels_forgotten")),
            Option("4,608", "A filter has no bias.", of_shapes("bias_forgotten")),
            Option("1,568", "A kernel of size 3 has 3 weights.", of_shapes("kernel_not_squared")),
        ),
        0, "Each filter has 16 x 3 x 3 weights and one bias, wherever it stands: 145 x 32.", parameters_of_filters,
    ),
    Vote(
        "conv-maps-1", "convolution",
        "A colour picture (3 channels) goes through Conv2d(3, 8, 3). How many maps come out?",
        (
            Option("24", "Each filter gives a map per channel.", of_shapes("maps_per_channel")),
            Option("3", "As many come out as go in.", of_shapes("channels_swapped")),
            Option("8"),
        ),
        2, "A filter takes all channels at once and adds them up: one map per filter.", maps_of_filters,
    ),
    Vote(
        "conv-pool-1", "convolution",
        "2 x 2 max-pooling (PyTorch's defaults) of a 5 x 5 map gives ...",
        (
            Option("3 x 3", "The last window counts, though it sticks out.", of_convolution("partial_kept")),
            Option("2 x 2"),
            Option("4 x 4", "The window moves by one pixel, as in a convolution.", of_convolution("stride_ignored")),
        ),
        1, "The window moves by its own size, and what sticks out is dropped: 5 / 2, rounded down.", pooled_edge,
    ),
    Vote(
        "conv-average-1", "convolution",
        "Average pooling with ceil_mode=True and no padding: the last 2 x 2 window sticks out, and only 8 and 25 lie "
        "in it. What does it give?",
        (
            Option("8.25", "The sum is divided by all four cells of the window.", of_convolution("partial_as_full")),
            Option("25", "The largest value counts.", of_convolution("maximum_for_average")),
            Option("16.5"),
        ),
        2, "PyTorch divides by the cells that are there: (8 + 25) / 2. The handout's 25 is the maximum.",
        average_of_partial_window,
    ),
    Vote(
        "conv-shift-1", "convolution",
        "The picture moves right by one pixel, far from the edges. What happens to the map of a convolution with "
        "stride 1?",
        (
            Option("It stays as it is", "A convolution does not care where something is.",
                   f"{DEEP_LEARNING}, section 9.2: a convolution is equivariant to shifts; invariance is another "
                   "property"),
            Option("It moves right by one pixel too"),
            Option("It changes in other ways", "Each place has weights of its own.",
                   f"{DEEP_LEARNING}, section 9.2: all places share the kernel's weights; those of a linear layer do "
                   "not"),
        ),
        1, "The same weights meet the same pixels, one place further on: equivariance, not invariance.", shifted_map,
    ),
    Vote(
        "conv-backward-1", "convolution",
        "A 2 x 2 max-pooling has seen (1, 4 / 2, 3). Its output's gradient is 1. Which gradients do the four inputs "
        "get, row by row?",
        (
            Option("0.25, 0.25, 0.25, 0.25", "All four share what comes back.",
                   measured("this is what average pooling gives")),
            Option("1, 1, 1, 1", "Each input gets what comes back.",
                   measured("this is what a sum of the window gives")),
            Option("0, 1, 0, 0"),
            Option("0.1, 0.4, 0.2, 0.3", "What comes back is shared in proportion to the inputs.",
                   measured("a small change of the 1, the 2 or the 3 leaves the maximum as it is, so their gradients "
                            "are 0")),
        ),
        2, "Only the largest input has decided the output, so only it hears of the error.", gradient_through_pooling,
    ),
)  # fmt: skip
