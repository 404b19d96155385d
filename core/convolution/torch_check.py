"""The same lesson through ``torch.nn.functional``; the only part of Question 2 that uses torch."""

from dataclasses import dataclass

import numpy as np

from core.convolution.lesson import Worked
from core.convolution.walkthrough import LEAKY_SLOPE


@dataclass(frozen=True, eq=False)
class Comparison:
    """One stage computed twice: its name, the lab's numbers, PyTorch's, and the largest difference."""

    stage: str
    ours: np.ndarray
    theirs: np.ndarray

    @property
    def difference(self) -> float:
        return float(np.abs(self.ours - self.theirs).max())


def compare(worked: Worked) -> list[Comparison]:
    """Each stage of a lesson, by the lab and by PyTorch, in float64; arrays of shape (F, H', W')."""
    import torch  # here, as Question 2 opens without it
    import torch.nn.functional as F

    lesson = worked.lesson
    image = torch.from_numpy(np.array(worked.image))[None]  # (1, C, H, W)
    kernel = torch.tensor(lesson.kernel, dtype=torch.float64)  # (F, C, h, w)
    bias = torch.tensor(lesson.bias, dtype=torch.float64)
    maps = F.conv2d(image, kernel, bias, lesson.stride, lesson.padding, lesson.dilation)
    stages = [Comparison("Convolution", worked.sums.output, maps[0].numpy())]
    if lesson.activation != "none":
        maps = F.relu(maps) if lesson.activation == "relu" else F.leaky_relu(maps, LEAKY_SLOPE)
        stages.append(Comparison("Activation", worked.active, maps[0].numpy()))
    if worked.pooled is not None:
        pool = F.max_pool2d if lesson.pooling == "max" else F.avg_pool2d
        ceil = lesson.edge == "partial"
        maps = pool(maps, lesson.pool_size, lesson.pool_stride, ceil_mode=ceil)
        stages.append(Comparison("Pooling", worked.pooled.output, maps[0].numpy()))
    return stages
