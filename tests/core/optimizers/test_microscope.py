"""core/microscope.py against torch.optim, and core/first_steps.py against the training loop."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import datasets
from core.models import build_model
from core.optimizers.arithmetic import number
from core.optimizers.first_steps import follow
from core.optimizers.microscope import MicroscopeError, first_step, layers, record, steps
from core.specs import AdagradSpec, AdamSpec, AdamWSpec, CNNSpec, EarlierSpec, RMSpropSpec, SGDSpec
from core.specs.optimizers import CONTESTANTS, RECORDS, AdadeltaSpec, BaseOptimizerSpec, NAdamSpec
from core.specs.schedules import CosineSpec
from core.training.events import BatchEnd
from core.training.optimizers import build_optimizer
from core.training.training import train

EVERY = [record(**variant.fixed) for record, variant in CONTESTANTS.values()]
rates = st.floats(1e-4, 1)
decays = st.one_of(st.just(0.0), st.floats(0.05, 0.999))
optimizers = st.one_of(
    st.builds(SGDSpec, learning_rate=rates, momentum=decays),
    st.builds(SGDSpec, learning_rate=rates, momentum=st.floats(0.05, 0.999), nesterov=st.just(True)),
    st.builds(RMSpropSpec, learning_rate=rates, alpha=decays, momentum=decays),
    st.builds(AdagradSpec, learning_rate=rates),
    st.builds(AdamSpec, learning_rate=rates, beta1=decays, beta2=decays),
    st.builds(AdamWSpec, learning_rate=rates, beta1=decays, beta2=decays, weight_decay=st.floats(0, 1)),
    st.builds(NAdamSpec, learning_rate=rates, beta1=decays, beta2=decays, momentum_decay=st.floats(0, 1)),
    st.builds(AdadeltaSpec, learning_rate=st.floats(1e-4, 10), rho=decays, eps=st.floats(1e-10, 1)),
)
gradients = st.lists(
    st.one_of(st.just(0.0), st.floats(1e-4, 10), st.floats(-10, -1e-4)), min_size=50, max_size=50
)


@given(optimizers, st.floats(-2, 2), gradients)
def test_fifty_steps_are_torchs(spec, weight, gradients):
    place = torch.nn.Parameter(torch.tensor([weight], dtype=torch.float64))
    optimizer = build_optimizer(spec, torch.nn.ParameterList([place]))
    worked = steps(spec, weight, gradients)
    for step, gradient in zip(worked, gradients, strict=True):
        assert step.weight == pytest.approx(place.item(), rel=1e-6, abs=1e-6)
        place.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        assert step.new_weight == pytest.approx(place.item(), rel=1e-6, abs=1e-6)


@given(optimizers, st.floats(-2, 2), gradients)
def test_every_line_follows_from_the_ones_before_and_says_its_numbers(spec, weight, gradients):
    for step in steps(spec, weight, gradients):
        names = [line.name for line in step.lines]
        assert names[-2:] == ["update", "new weight"]
        assert all(line.numbers and line.formula for line in step.lines)
        assert step.lines[-1].value == step.new_weight
        base = dict(zip(names, step.lines, strict=True)).get("decayed weight")
        before = base.value if base else step.weight
        assert step.new_weight == before - step.lines[-2].value


def test_adams_buffers_are_those_that_torch_keeps():
    torch.manual_seed(0)
    gradients = torch.randn(20, dtype=torch.float64)
    place = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.Adam([place], lr=0.01)
    worked = steps(AdamSpec(learning_rate=0.01), 0.0, gradients.tolist())
    for step, gradient in zip(worked, gradients, strict=True):
        place.grad = gradient.reshape(1)
        optimizer.step()
        value = {line.name: line.value for line in step.lines}
        assert value["first moment: mean gradient"] == pytest.approx(optimizer.state[place]["exp_avg"].item())
        assert value["second moment: mean square"] == pytest.approx(optimizer.state[place]["exp_avg_sq"].item())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@given(st.builds(NAdamSpec, beta1=decays, beta2=decays, momentum_decay=st.floats(0, 1)), gradients)
def test_nadams_product_of_momenta_is_the_one_that_torch_keeps(dtype, spec, gradients):
    place = torch.nn.Parameter(torch.zeros(1, dtype=dtype))
    optimizer = build_optimizer(spec, torch.nn.ParameterList([place]))
    for step, gradient in zip(steps(spec, 0.0, gradients), gradients, strict=True):
        place.grad = torch.tensor([gradient], dtype=dtype)
        optimizer.step()
        value = {line.name: line.value for line in step.lines}
        assert value["product of the momenta"] == optimizer.state[place]["mu_product"].item()  # to the bit
        assert value["first moment: mean gradient"] == pytest.approx(
            optimizer.state[place]["exp_avg"].item(), rel=1e-4, abs=1e-4
        )


@given(st.builds(AdadeltaSpec, rho=decays, eps=st.floats(1e-10, 1)), gradients)
def test_adadeltas_two_means_are_those_that_torch_keeps(spec, gradients):
    place = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = build_optimizer(spec, torch.nn.ParameterList([place]))
    for step, gradient in zip(steps(spec, 0.0, gradients), gradients, strict=True):
        place.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        value = {line.name: line.value for line in step.lines}
        kept = optimizer.state[place]
        assert value["mean square of the gradients"] == pytest.approx(kept["square_avg"].item(), rel=1e-9)
        assert value["mean square of the movements"] == pytest.approx(kept["acc_delta"].item(), rel=1e-9)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": AdamSpec()},
        {"schedule": CosineSpec()},
        {"model": CNNSpec(channels1=4, channels2=4, dropout=0.3), "optimizer": RMSpropSpec(), "n_epochs": 1},
        {"optimizer": AdamSpec(), "earlier": (EarlierSpec(until_epoch=1, optimizer=SGDSpec(learning_rate=0.1)),)},
    ],
    ids=["Adam", "cosine", "CNN", "branch"],
)
def test_followed_steps_are_those_of_the_training_loop(small, changes):
    spec = small(**changes)
    losses = []
    result = train(spec, lambda event: losses.append(event.loss) if isinstance(event, BatchEnd) else None)
    moments = [(m.loss, m.model) for m in follow(spec, datasets.load_for(spec.data), n_steps=1000)]
    assert math.isnan(moments[0][0])
    assert [loss for loss, _ in moments[1:]] == losses
    for name, value in result.model.named_parameters():
        assert torch.equal(moments[-1][1].get_parameter(name), value)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: spec.title)
def test_the_real_networks_weight_moves_as_worked_out(small, spec):
    run = small(optimizer=spec, schedule=CosineSpec())
    recording = record(run, datasets.load_for(run.data), "linear2", n_steps=15)
    assert len(recording.weights) == 16
    assert recording.gradients[0] != 0
    assert len(set(recording.rates)) == 15
    worked = steps(spec, recording.weights[0], recording.gradients, recording.rates)
    for step, torchs in zip(worked, recording.weights[1:], strict=True):
        assert step.new_weight == pytest.approx(torchs, abs=1e-6)


@pytest.mark.usefixtures("home")
def test_a_weight_is_found_by_its_number(small):
    spec, images = small(), datasets.load_for(small().data)
    torch.manual_seed(spec.random_state)
    first = build_model(spec.model, 10).linear1.weight.detach()
    recording = record(spec, images, "linear1", 3072 + 7, n_steps=1)
    assert recording.place == (1, 7)
    assert recording.weights[0] == first[1, 7].item()
    liveliest = record(spec, images, "linear1", n_steps=1)
    assert abs(liveliest.gradients[0]) >= abs(recording.gradients[0])
    for wrong, said in [
        (("linear9", 0, 5), "no layer 'linear9'; it has: linear1, linear2"),
        (("linear4", 160, 5), "numbered from 0 to 159"),
        (("linear4", -1, 5), "numbered from 0 to 159"),
        (("linear4", 0, 51), "n_steps is 51"),
    ]:
        with pytest.raises(MicroscopeError, match=said):
            record(spec, images, wrong[0], wrong[1], n_steps=wrong[2])


def test_the_layers_are_the_models():
    from core.specs import RunSpec

    for model in (RunSpec().model, CNNSpec(batch_norm=False)):
        found = layers(RunSpec(model=model), 10)
        built = dict(build_model(model, 10).named_modules())
        assert {name: tuple(built[name].weight.shape) for name in found} == found
    assert list(layers(RunSpec(), 10)) == ["linear1", "linear2", "linear3", "linear4"]


@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: spec.title)
def test_what_diverges_is_no_number_and_no_error(spec):
    worked = steps(spec, 1.0, [1e200, 1e200, math.inf, math.nan])
    assert not np.isfinite(worked[-1].new_weight)
    assert r"\text{no number}" in worked[-1].lines[-1].numbers


def test_an_optimizer_without_arithmetic_says_so():
    class NewSpec(BaseOptimizerSpec):
        learning_rate: float = 0.1

    with pytest.raises(NotImplementedError, match="NewSpec has no arithmetic yet"):
        steps(NewSpec(), 1.0, [1.0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.5, "0.5"), (-0.12345678, "-0.12346"), (1.5e-7, r"1.5 \cdot 10^{-7}"), (2e9, r"2 \cdot 10^{9}")],
)
def test_numbers_in_formulas(value, text):
    assert number(value) == text


@pytest.mark.parametrize("gradient", [1e-3, 0.7, -20.0])
@pytest.mark.parametrize("record_class", RECORDS, ids=lambda r: r.torch_class)
def test_the_first_step_in_rates_is_torchs(record_class, gradient):
    spec = record_class()
    weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = build_optimizer(spec, torch.nn.ParameterList([weight]))
    weight.grad = torch.full((1,), gradient, dtype=torch.float64)
    optimizer.step()
    assert first_step(spec, gradient) == pytest.approx(-weight.item() / spec.learning_rate, rel=1e-5)


def test_what_the_lab_says_of_first_steps():
    assert first_step(RMSpropSpec()) == pytest.approx(10)  # 1 / sqrt(1 - 0.99): its mean square is not corrected
    assert first_step(RMSpropSpec(momentum=0.9), -1e-3) == pytest.approx(-10, rel=1e-4)
    assert first_step(AdamSpec(), 1e-3) == pytest.approx(1, rel=1e-4)
    assert first_step(AdagradSpec(), 50.0) == pytest.approx(1)
    about_the_root = (AdadeltaSpec().eps / (1 - AdadeltaSpec().rho)) ** 0.5
    assert first_step(AdadeltaSpec()) == pytest.approx(about_the_root, rel=1e-4)
