"""core/calibration.py: what is measured is kept for this machine, and foretells in the right proportions."""

import json

import pytest

from core.engine import calibration
from core.engine.calibration import Calibration
from core.engine.worker import calibrate
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec

KNOWN = Calibration(
    machine="test",
    mlp=(2e-4, 1e-10, 1e-11),
    mlp_test_image=1e-5,
    cnn_image=1e-3,
    cnn_test_image=4e-4,
    bf16_gain=1.5,
    devices=(),
)


@pytest.fixture(scope="module")
def measured(module_home):
    """As a worker does it."""
    assert calibration.load() is None
    calibrate()
    return calibration.load()


def test_the_measurement_is_sound(measured):
    assert all(cost >= 0 for cost in measured.mlp)
    assert sum(measured.mlp) > 0
    assert min(measured.mlp_test_image, measured.cnn_image, measured.cnn_test_image, measured.bf16_gain) > 0
    assert isinstance(measured.bf16_pays, bool)


def test_once_is_enough(measured, module_home):
    written = (module_home / "calibration.json").stat()
    calibrate()
    assert (module_home / "calibration.json").stat().st_mtime_ns == written.st_mtime_ns
    assert calibration.load() == measured


def test_the_cnn_is_foretold_to_take_longer_than_the_perceptron(measured):
    cnn = RunSpec(model=CNNSpec(), optimizer=AdamSpec())
    assert measured.seconds(cnn) > 5 * measured.seconds(RunSpec())


def test_a_perceptron_is_foretold_by_hand():
    spec = RunSpec(data=DataSpec(n_train=1000, n_test=500), model=MLPSpec(H=128), n_epochs=3, batch_size=32)
    n_steps, n_weights = 32, 427_658  # the last batch has 8 pictures
    epoch = n_steps * (2e-4 + 1e-10 * n_weights) + 1e-11 * n_weights * 1000 + 1e-5 * 500
    assert KNOWN.seconds(spec) == pytest.approx(3 * epoch)


def test_a_cnn_is_foretold_by_its_pictures():
    spec = RunSpec(data=DataSpec(n_train=1000, n_test=500), model=CNNSpec(), n_epochs=2)
    assert KNOWN.seconds(spec) == pytest.approx(2 * (1000 * 1e-3 + 500 * 4e-4))


def test_the_clock_caps_the_foretelling():
    endless = RunSpec(n_epochs=1000)
    assert KNOWN.seconds(endless.model_copy(update={"max_seconds": 7.0})) == 7
    short = RunSpec(n_epochs=1, max_seconds=80_000.0)
    assert KNOWN.seconds(short) == KNOWN.seconds(short.model_copy(update={"max_seconds": None}))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"mlp": 3}', '{"machine": "x", "mlp": [1, 2, 3], "devices": []}']
)
def test_what_is_damaged_asks_for_another_measurement(home, text):
    assert calibration.load() is None
    (home / "calibration.json").write_text(text)
    assert calibration.load() is None


@pytest.mark.parametrize("change", [{"machine": "another processor"}, {"more": 1}])
def test_another_machine_asks_for_another_measurement(home, measured, change):
    """As when a home folder is shared, or torch is another."""
    (home / "calibration.json").write_text(json.dumps(calibration.asdict(measured) | change))
    assert calibration.load() is None
    (home / "calibration.json").write_text(json.dumps(calibration.asdict(measured)))
    assert calibration.load() == measured
