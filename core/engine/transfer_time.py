"""How long ResNet-18 will take, from the speed that was measured at 32 pixels."""

from dataclasses import dataclass

from core import datasets
from core.lab.errors import ChalknetError
from core.specs import RunSpec
from core.specs.models import ResNet18Spec
from core.specs.transfer import PickedDataSpec, TransferSpec

_SIDE = 32  # pixels at which it was measured
_HEAD_STEP = 2.5e-4  # seconds of a step of the last layer alone, on features
_FORWARD = 1 / 3  # of a training step's arithmetic; the gradients of weights and of maps are the rest


@dataclass(frozen=True)
class ResNetSpeed:
    """Seconds at 32 pixels: the optimizer's pass, a picture trained, a picture judged."""

    step: float
    image: float
    test_image: float


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


def transfer_seconds(spec: RunSpec, speed: ResNetSpeed) -> float:
    """Expected seconds of a run, tests included; features are taken to be not yet there."""
    n_train, n_test = spec.data.n_train, spec.data.n_test
    side, frozen_share, cached, n_views = _SIDE, 0.0, False, 1
    if isinstance(spec, TransferSpec):
        n_train, n_test = picked_sizes(spec.data)
        side, cached = spec.side, spec.uses_cache
        n_views = spec.n_views if spec.augmentation.is_on else 1
        frozen_share = spec.frozen_stages / 5  # the stages take about equally long
    larger = ResNet18Spec().n_multiply_adds(10, side) / ResNet18Spec().n_multiply_adds(10, _SIDE)
    n_steps = -(-n_train // spec.batch_size)
    if cached:
        total = (n_train * n_views + n_test) * speed.test_image * larger + n_steps * spec.n_epochs * _HEAD_STEP
    else:
        trained = speed.image * (_FORWARD + (1 - _FORWARD) * (1 - frozen_share))
        step = speed.step * (1 - frozen_share)
        epoch = n_steps * step + (n_train * trained + n_test * speed.test_image) * larger
        total = epoch * spec.n_epochs
    return total if spec.max_seconds is None else min(total, spec.max_seconds)
