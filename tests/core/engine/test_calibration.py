"""core/calibration.py: what is measured is kept for this machine."""

import json

import pytest

from core.engine import calibration
from core.engine.worker import calibrate


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


def test_a_worker_that_got_the_library_as_a_zip_file_measures_too(home, tmp_path, monkeypatch):
    """It has no folder to start a process in, which ended in a NotADirectoryError."""
    archive = tmp_path / "chalknet_core.zip"
    archive.touch()
    monkeypatch.setattr("core.engine.worker.__file__", str(archive / "core" / "engine" / "worker.py"))
    measured = []
    monkeypatch.setattr("core.engine.calibration.measure", lambda: measured.append("here"))
    calibrate()
    assert measured == ["here"]
