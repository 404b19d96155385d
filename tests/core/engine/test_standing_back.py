"""In a hall training stands back behind the pages; on a laptop it does not."""

import os

import psutil
import pytest

from core.engine import Engine
from core.engine.backends import LocalClusterBackend
from core.lab.limits import HALL, LAPTOP

pytestmark = pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice")


@pytest.mark.parametrize("limits", [HALL, LAPTOP])
def test_the_engines_processes_stand_back_in_a_hall(limits, home, calibrated, wait_until, monkeypatch):
    calibrated(home)
    monkeypatch.setattr("core.engine.engine.default_n_workers", lambda: 1)
    engine = Engine("local", limits=limits)
    try:
        wait_until(lambda: engine.info().is_warm, "the engine is warm")
        assert isinstance(engine._backend, LocalClusterBackend)
        child = psutil.Process(engine._backend.pid)
        own = psutil.Process().nice()
        found = {process.nice() - own for process in [child, *child.children(recursive=True)]}
        assert found == {limits.niceness}
    finally:
        engine.close()
