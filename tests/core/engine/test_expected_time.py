"""core/engine/expected_time.py: what is foretold is the work, counted by hand, times what was measured."""

from dataclasses import replace

import pytest

from core.engine import calibration
from core.engine.calibration import Calibration
from core.engine.expected_time import seconds
from core.engine.worker import calibrate
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, ResNet18Spec, RunSpec

KNOWN = Calibration(
    machine="test",
    mlp=(2e-4, 1e-10, 1e-11),
    mlp_test_image=1e-5,
    cnn_image=1e-3,
    cnn_test_image=4e-4,
    bf16_gain=1.5,
    devices=(),
)
DATA = DataSpec(n_train=1000, n_test=500)


@pytest.fixture(scope="module")
def measured(module_home):
    calibrate()
    return calibration.load()


def test_the_cnn_is_foretold_to_take_longer_than_the_perceptron(measured):
    cnn = RunSpec(model=CNNSpec(), optimizer=AdamSpec())
    assert seconds(cnn, measured) > 5 * seconds(RunSpec(), measured)


def test_a_perceptron_is_foretold_by_hand():
    spec = RunSpec(data=DATA, model=MLPSpec(H=128), n_epochs=3, batch_size=32)
    n_steps, n_weights = 32, 427_658  # the last batch has 8 pictures
    epoch = n_steps * (2e-4 + 1e-10 * n_weights) + 1e-11 * n_weights * 1000 + 1e-5 * 500
    assert seconds(spec, KNOWN) == pytest.approx(3 * epoch)


def test_a_cnn_is_foretold_by_its_pictures():
    spec = RunSpec(data=DATA, model=CNNSpec(), n_epochs=2)
    assert seconds(spec, KNOWN) == pytest.approx(2 * (1000 * 1e-3 + 500 * 4e-4))


def test_other_widths_are_foretold_by_their_arithmetic():
    """All convolutions but the first have the square of the channels."""
    narrow = RunSpec(data=DATA, model=CNNSpec(channels1=16, channels2=32), n_epochs=2)
    assert 1 / 4 < seconds(narrow, KNOWN) / 2.4 < 1 / 2


def test_resnet18_is_foretold_by_its_steps_and_pictures():
    known = replace(KNOWN, resnet18=(0.01, 0.002, 0.001))
    spec = RunSpec(data=DATA, model=ResNet18Spec(), n_epochs=2, batch_size=30)
    assert seconds(spec, known) == pytest.approx(2 * (34 * 0.01 + 1000 * 0.002 + 500 * 0.001))
    assert seconds(spec, KNOWN) > seconds(spec.model_copy(update={"n_epochs": 1}), KNOWN) > 0  # not measured


def test_the_clock_caps_the_foretelling():
    endless = RunSpec(n_epochs=1000)
    assert seconds(endless.model_copy(update={"max_seconds": 7.0}), KNOWN) == 7
    short = RunSpec(n_epochs=1, max_seconds=80_000.0)
    assert seconds(short, KNOWN) == seconds(short.model_copy(update={"max_seconds": None}), KNOWN)
