"""Tune on the test set: what the page says is what came out."""

import re

import pytest

from core.crossval import tuned_on_test
from pages.shared.panels.jobs import jobs

PAGE = "4_Cross-validation"


@pytest.mark.parametrize("sealed", ["false", "true"])
def test_the_figures_are_those_of_the_job(visit, wait_until, monkeypatch, sealed):
    monkeypatch.setattr(tuned_on_test, "N_RUNS", 6)
    monkeypatch.setattr(tuned_on_test.tune, "__kwdefaults__", tuned_on_test.tune.__kwdefaults__ | {"n_runs": 6})
    at = visit(PAGE, tab="Tuned on test", sealed=sealed)
    assert not at.exception
    at.button(key="tune").click().run()
    kind = f"tuned_shapes10_0_{'validation' if sealed == 'true' else 'test'}"
    wait_until(lambda: jobs().of(kind, "ann").state != "running", "the networks are trained")
    at.run()
    assert not at.exception
    found = jobs().of(kind, "ann").result
    drop, low, high = (100 * value for value in found.drop)
    said = "".join(element.proto.body for element in at.get("html"))
    assert f"95 % interval {low:.1f} to {high:.1f} points" in said
    assert f"{100 * found.told.mean():.1f} %" in said
    assert ("points better than it is" in said) == (low > 0)
    assert drop == pytest.approx(100 * (found.told - found.fresh).mean())
    if sealed == "true":
        assert not re.search(r"\btest picture", said)
