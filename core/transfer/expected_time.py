"""How long ResNet-18 of Question 5 will take, from the speed that was measured at 32 pixels."""

import math

from core import datasets
from core.engine.calibration import Calibration
from core.lab.errors import ChalknetError
from core.specs.models import ResNet18Spec
from core.specs.transfer import ALL_BUT_HEAD, PickedDataSpec, TransferSpec
from core.transfer import kept_features

_SIDE = 32  # pixels at which it was measured
_HEAD_STEP = 2.5e-4  # seconds of a step of the last layer alone, on features
_FORWARD = 1 / 3  # of a training step's arithmetic; the gradients of weights and of maps are the rest


def transfer_seconds(spec: TransferSpec, known: Calibration) -> float:
    """All epochs of a run, tests included; of a frozen network also its features, unless they are there."""
    speed = known.resnet_speed
    n_train, n_test = picked_sizes(spec.data)
    larger = ResNet18Spec().n_multiply_adds(10, spec.side) / ResNet18Spec().n_multiply_adds(10, _SIDE)
    n_steps = math.ceil(n_train / spec.batch_size)
    if spec.uses_cache:
        n_views = spec.n_views if spec.augmentation.is_on else 1
        n_asked = 0 if kept_features.are_there(spec) else n_train * n_views + n_test
        return n_asked * speed.test_image * larger + n_steps * spec.n_epochs * _HEAD_STEP
    trained_share = 1 - spec.frozen_stages / ALL_BUT_HEAD  # the stages take about equally long
    image = speed.image * (_FORWARD + (1 - _FORWARD) * trained_share)
    epoch = n_steps * speed.step * trained_share + (n_train * image + n_test * speed.test_image) * larger
    return epoch * spec.n_epochs


def picked_sizes(data: PickedDataSpec) -> tuple[int, int]:
    """About how many training and test pictures of a data set are picked; drawing is even over the classes."""
    try:
        n_classes = max(1, len(datasets.info(data.dataset).class_names))
    except ChalknetError:
        n_classes = 10
    n_picked = len(data.classes) or n_classes
    n_train = data.n_train * n_picked // n_classes
    if data.per_class is not None:
        n_train = min(n_train, data.per_class * n_picked)
    return max(2, n_train), max(1, data.n_test * n_picked // n_classes)
