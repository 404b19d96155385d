"""core/schedules.py against torch's own schedulers, and a scheduled run resumed bit for bit."""

import copy
import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from core.specs import AdamSpec, EarlierSpec, RunSpec, SGDSpec, SpecError, parse_run_spec
from core.specs.schedules import ConstantSpec, CosineSpec, StepSpec, WarmUpSpec
from core.training.events import BatchEnd, EpochEnd
from core.training.optimizers import rate_of
from core.training.training import train

schedules = st.one_of(
    st.just(ConstantSpec()),
    st.just(CosineSpec()),
    st.builds(StepSpec, every=st.integers(1, 4), gamma=st.floats(0.05, 0.95)),
    st.builds(WarmUpSpec, epochs=st.integers(1, 4)),
)


def torchs_own(schedule, optimizer, n, n_epochs):
    match schedule:
        case StepSpec():
            return lr_scheduler.StepLR(optimizer, schedule.every * n, schedule.gamma)
        case CosineSpec():
            return lr_scheduler.CosineAnnealingLR(optimizer, n * n_epochs)
        case WarmUpSpec():
            whole = n * schedule.epochs
            return lr_scheduler.LinearLR(optimizer, 1 / whole, 1, whole - 1)
        case ConstantSpec():
            return lr_scheduler.ConstantLR(optimizer, 1.0)


@given(schedules, st.integers(2, 9), st.integers(1, 6), st.floats(1e-4, 1))
def test_the_rates_are_those_of_torchs_schedulers(schedule, n, n_epochs, base):
    spec = RunSpec(optimizer=SGDSpec(learning_rate=base), schedule=schedule, n_epochs=n_epochs)
    rate = rate_of(spec, n)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    scheduler = torchs_own(schedule, optimizer, n, n_epochs)
    for step in range(n * n_epochs):
        assert rate(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9, abs=1e-12)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that no optimizer has stepped
            scheduler.step()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("schedule", [StepSpec(every=1), CosineSpec(), WarmUpSpec(epochs=2)], ids=lambda s: s.kind)
def test_a_scheduled_run_is_the_plain_loops_and_resumes_bit_for_bit(small, schedule):
    spec = small(optimizer=AdamSpec(), schedule=schedule)
    losses, states = [], {}

    def listen(event):
        if isinstance(event, BatchEnd):
            losses.append(event.loss)
        elif isinstance(event, EpochEnd):
            states[event.epoch] = copy.deepcopy(event.checkpoint)

    whole = train(spec, listen)
    first, losses = list(losses), []
    resumed = train(spec, listen, checkpoint=states[1])
    assert losses == first[7:]
    assert all(
        torch.equal(a, b) for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True)
    )
    losses = []
    train(small(optimizer=AdamSpec()), listen)
    assert losses[10:] != first[10:]  # the schedule makes a difference


def test_settings_that_no_schedule_has():
    with pytest.raises(SpecError, match=r"schedule\.gamma is 1\.5; allowed is a number above 0 and below 1"):
        parse_run_spec({"schedule": {"kind": "step", "gamma": 1.5}})
    with pytest.raises(SpecError, match="schedule is 'zigzag'"):
        parse_run_spec({"schedule": {"kind": "zigzag"}})
    with pytest.raises(ValueError, match="keeps a constant rate"):
        RunSpec(schedule=CosineSpec(), earlier=(EarlierSpec(until_epoch=1, optimizer=SGDSpec()),))
    assert parse_run_spec("{}").schedule == ConstantSpec()  # runs of before there were schedules
