"""How fast this machine trains: measured once in a few seconds; ``core.engine.expected_time`` foretells by it.

The time of a step of the MLP is taken to be ``a + b * n_weights + c * n_weights * batch_size``: a fixed cost, the
optimizer's pass over the weights, and the arithmetic. The three are fitted to five measured steps. For the CNN, whose
convolutions outweigh all else, the time of one picture is enough; ResNet-18 needs that and its optimizer's pass.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from core.lab import paths
from core.lab.files import read_json, write_json
from core.lab.machine import most_threads, processor_name
from core.specs import AdamSpec, CNNSpec, MLPSpec, ResNet18Spec, SGDSpec

_MLP_POINTS = ((16, 32), (128, 32), (512, 32), (128, 8), (128, 256))  # H, batch_size
_SECONDS_EACH = 0.15
BF16_WORTHWHILE = 1.15  # times faster than float32, or the switch is not offered


@dataclass(frozen=True)
class ResNetSpeed:
    """Seconds at 32 pixels: the optimizer's pass, a picture trained, a picture judged."""

    step: float
    image: float
    test_image: float


@dataclass(frozen=True)
class Calibration:
    """What was measured, and on what: another processor, torch or number of threads asks for another measurement.

    Attributes
    ----------
    mlp : tuple of float
        Seconds: a step's fixed cost, per weight, per weight and picture.
    mlp_test_image, cnn_image, cnn_test_image : float
        Seconds a picture.
    bf16_gain : float
        Time of the CNN's step in float32 over that in bfloat16.
    devices : tuple of str
        Accelerators that torch sees, for people; empty on most laptops.
    resnet18 : tuple of float, or None where it was not measured
        As ``ResNetSpeed`` has it.
    one_thread : float
        Time of the CNN's step with one thread over that with as many as a run may get.
    """

    machine: str
    mlp: tuple[float, float, float]
    mlp_test_image: float
    cnn_image: float
    cnn_test_image: float
    bf16_gain: float
    devices: tuple[str, ...]
    resnet18: tuple[float, float, float] | None = None
    one_thread: float = 1.0

    @property
    def resnet_speed(self) -> ResNetSpeed:
        """Of ResNet-18; by its arithmetic from the CNN's speed where it was not measured."""
        if self.resnet18 is not None:
            return ResNetSpeed(*self.resnet18)
        scale = ResNet18Spec().n_multiply_adds(n_classes=10) / CNNSpec().n_multiply_adds(n_classes=10)
        return ResNetSpeed(0.0, scale * self.cnn_image, scale * self.cnn_test_image)

    @property
    def bf16_pays(self) -> bool:
        """Whether fast arithmetic is faster here."""
        return self.bf16_gain >= BF16_WORTHWHILE


def load() -> Calibration | None:
    """This machine's calibration; None before it has been measured, or if it is of another machine."""
    saved = read_json(paths.home() / "calibration.json")
    try:
        saved["mlp"], saved["devices"] = tuple(saved["mlp"]), tuple(saved["devices"])
        saved["resnet18"] = None if saved["resnet18"] is None else tuple(saved["resnet18"])
        calibration = Calibration(**saved)
    except (KeyError, TypeError):
        return None
    return calibration if calibration.machine == machine() else None


def measure() -> Calibration:
    """Measure and save: about three seconds on two cores. Imports torch."""
    import torch

    from core.models import build_model
    from core.training.optimizers import build_optimizer

    torch.set_num_threads(1)  # the MLP gains nothing by more
    criterion = torch.nn.CrossEntropyLoss()

    def step_of(model: Any, optimizer: Any, batch_size: int, bf16: bool = False) -> Callable[[], None]:
        inputs, labels = torch.rand(batch_size, 3, 32, 32), torch.randint(10, (batch_size,))

        def step() -> None:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
                loss = criterion(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()

        return step

    rows, times = [], []
    for H, batch_size in _MLP_POINTS:
        model = build_model(MLPSpec(H=H), 10)
        rows.append([1.0, n := MLPSpec(H=H).n_parameters(10), n * batch_size])
        times.append(_median_seconds(step_of(model, build_optimizer(SGDSpec(), model), batch_size)))
    # Relative errors count alike: each row is divided by its time
    scaled = np.array(rows) / np.array(times)[:, None]
    scale = np.abs(scaled).max(axis=0)
    from scipy.optimize import nnls  # of scikit-learn's own requirements; no cost may be negative

    costs, _ = nnls(scaled / scale, np.ones(len(times)))
    a, b, c = (costs / scale).tolist()

    mlp, test_images = build_model(MLPSpec(), 10).eval(), torch.rand(500, 3, 32, 32)
    with torch.no_grad():
        mlp_test = _median_seconds(lambda: mlp(test_images))
    cnn = build_model(CNNSpec(), 10)
    cnn_optimizer = build_optimizer(AdamSpec(), cnn)
    cnn_step_of_one_thread = _median_seconds(step_of(cnn, cnn_optimizer, 32))
    torch.set_num_threads(most_threads())
    cnn_step = _median_seconds(step_of(cnn, cnn_optimizer, 32))
    cnn_bf16_step = _median_seconds(step_of(cnn, cnn_optimizer, 32, bf16=True))
    cnn.eval()
    with torch.no_grad():
        cnn_test = _median_seconds(lambda: cnn(test_images))
    resnet = build_model(ResNet18Spec(), 10)
    resnet_optimizer = build_optimizer(SGDSpec(), resnet)
    of_32, of_64 = (_median_seconds(step_of(resnet, resnet_optimizer, n)) for n in (32, 64))
    resnet.eval()
    with torch.no_grad():
        resnet_test = _median_seconds(lambda: resnet(test_images[:128]))
    devices = tuple(torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()))
    calibration = Calibration(
        machine=machine(),
        mlp=(a, b, c),
        mlp_test_image=mlp_test / len(test_images),
        cnn_image=cnn_step / 32,
        cnn_test_image=cnn_test / len(test_images),
        bf16_gain=cnn_step / cnn_bf16_step,
        devices=devices,
        # A step of twice the pictures has one optimizer's pass too; a busy machine may give an absurd difference
        resnet18=(
            max(0.0, 2 * of_32 - of_64),
            min(of_64 / 64, max(of_64 - of_32, 0.2 * of_32) / 32),
            resnet_test / 128,
        ),
        one_thread=max(1.0, cnn_step_of_one_thread / cnn_step),
    )
    paths.home().mkdir(parents=True, exist_ok=True)
    write_json(paths.home() / "calibration.json", asdict(calibration))
    return calibration


def _median_seconds(step: Callable[[], Any]) -> float:
    """Median time of a call, over as many as fit into the time for one measurement (at least two, after one more)."""
    step()
    times: list[float] = []
    while len(times) < 2 or sum(times) < _SECONDS_EACH:
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def machine() -> str:
    """What a measurement holds for."""
    return f"{processor_name()}, 1 to {most_threads()} threads, torch {version('torch')}"


if __name__ == "__main__":
    measure()
