"""core/specs/optimizers.py: each record says of torch's class what torch says itself, and of itself what it can be."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.specs import RunSpec, SGDSpec, check_field, parse_run_spec
from core.specs.optimizers import CONTESTANTS, RECORDS, optimizer_title

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.torch_class)
every_contestant = pytest.mark.parametrize("title", CONTESTANTS)


def contestant(title, **changes):
    record, variant = CONTESTANTS[title]
    return record(**{**variant.fixed, **changes})


@every_record
def test_torchs_own_settings_and_fused_are_those_of_torchs_class(record):
    usual = {
        name: parameter.default
        for name, parameter in inspect.signature(getattr(torch.optim, record.torch_class)).parameters.items()
    }
    given = record().arguments()
    assert given.pop("fused", None) == (True if "fused" in usual else None)
    own = record.torchs_own()
    assert {name: usual[name] for name in given} == {k: v for k, v in own.arguments().items() if k != "fused"}
    assert own.changed_arguments().keys() <= {"fused"}
    assert set(record.headline) <= set(given)


@every_record
def test_every_setting_has_words_and_its_slider_stays_in_its_range(record):
    coefficients = record.coefficients()
    assert set(coefficients) == set(record.model_fields) - {"kind", "learning_rate"}
    keys = [c.key for c in coefficients.values() if c.key]
    assert len(set(keys)) == len(keys)
    assert check_field(record, "learning_rate", record.usual_rate) is None
    for name, c in coefficients.items():
        default = record.model_fields[name].default
        assert c.word
        decided = {variant.fixed.get(name) for variant in record.variants}
        assert c.key or decided == {True, False, None} or decided == {True, False}
        if c.key:
            for mark in (*c.marks, *((c.low, c.high) if not c.marks else ())):
                assert check_field(record, name, mark) is None
            assert default in c.marks if c.marks else c.low <= default <= c.high


def test_two_optimizers_with_one_widget_mean_the_same_by_it():
    """A key belongs to a contestant's number, whatever that is: what was set stays when the kind changes."""
    known = {}
    for record in RECORDS:
        for name, c in record.coefficients().items():
            if c.key:
                assert known.setdefault(c.key, (c, record.model_fields[name].default)) == (
                    c,
                    record.model_fields[name].default,
                )


@every_contestant
def test_a_contestant_is_known_by_its_title(title):
    spec = contestant(title)
    assert spec.title == title
    assert spec.title == parse_run_spec(RunSpec(optimizer=spec).model_dump_json()).optimizer.title
    assert optimizer_title(spec.kind) == spec.torch_class
    assert optimizer_title("of 2040") == "of 2040"


@every_contestant
@given(st.data())
def test_what_a_script_leaves_out_torch_has_anyway(title, data):
    changes = {
        name: data.draw(st.sampled_from(c.marks) if c.marks else st.floats(c.low, c.high))
        for name, c in contestant(title).coefficients().items()
        if c.key and name not in CONTESTANTS[title][1].fixed
    }
    spec = contestant(title, **changes)
    weights = [torch.nn.Parameter(torch.zeros(1))]
    kind = getattr(torch.optim, spec.torch_class)
    whole = kind(weights, lr=spec.learning_rate, **spec.arguments()).defaults
    assert kind(weights, lr=spec.learning_rate, **spec.script_arguments()).defaults == whole
    assert kind(weights, lr=spec.learning_rate, **spec.changed_arguments()).defaults == whole


def test_the_handouts_optimizers_are_written_as_in_the_handout():
    assert SGDSpec().script_arguments() == {"momentum": 0.9, "fused": True}
    assert SGDSpec(momentum=0).script_arguments() == {"momentum": 0.0, "fused": True}
    assert contestant("Adam").script_arguments() == {"fused": True}
