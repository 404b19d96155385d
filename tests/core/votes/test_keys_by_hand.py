"""Keys of the votes that are exact, computed otherwise than the lab does: by hand, by NumPy, SciPy or torch."""

import math
import warnings

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from torch import nn
from torch.nn import functional as F

from core.votes.bank import vote


def right(code):
    asked = vote(code)
    return asked.options[asked.key].text


def wrong(code):
    asked = vote(code)
    return {option.text for index, option in enumerate(asked.options) if index != asked.key}


# ------------------------------------------------------------------------------------------------------ perceptron


def test_loss_of_equal_probabilities():
    assert right("perceptron-loss-1") == f"{-math.log(0.1):.2f}"
    assert wrong("perceptron-loss-1") == {"0.10", f"{1 - 0.1:.2f}", f"{-math.log10(0.1):.2f}"}


def test_parameters_of_the_first_layer():
    assert right("perceptron-parameters-1") == f"{(3 * 32 * 32 + 1) * 128:,}"
    n = 3 * 32 * 32 * 128
    assert wrong("perceptron-parameters-1") == {f"{n:,}", f"{n + 1:,}", f"{3 * 32 * 32 + 128:,}"}


def test_log_softmax_twice_is_log_softmax():
    logits = np.random.default_rng(0).normal(size=(50, 10)) * 10

    def log_softmax(x):
        return x - np.log(np.exp(x).sum(axis=1, keepdims=True))

    np.testing.assert_allclose(log_softmax(log_softmax(logits)), log_softmax(logits), atol=1e-12)
    assert right("perceptron-log-softmax-1") == "The same"


def test_smallest_loss_behind_softmax():
    assert right("perceptron-softmax-1") == f"{-math.log(math.e / (math.e + 9)):.2f}"
    # No other probabilities give less: the minimum is found from a start at random
    free = torch.zeros(10).normal_(generator=torch.Generator().manual_seed(0)).requires_grad_()
    optimizer = torch.optim.Adam([free], lr=0.5)
    for _ in range(300):
        optimizer.zero_grad()
        loss = F.cross_entropy(free.softmax(0)[None], torch.tensor([0]))
        loss.backward()
        optimizer.step()
    assert loss.item() == pytest.approx(1.461, abs=0.01)


def test_what_moves_when_all_is_zero():
    """Back-propagation in NumPy."""
    x, y = np.random.default_rng(0).normal(size=(32, 20)), np.eye(10)[np.arange(32) % 7]
    W = [np.zeros((20, 8)), np.zeros((8, 8)), np.zeros((8, 8)), np.zeros((8, 10))]
    active = [x]
    for w in W[:-1]:
        active.append(np.maximum(active[-1] @ w, 0))
    back = np.full((32, 10), 0.1) - y
    moved = {}
    for n in (3, 2, 1, 0):
        moved[n] = ((active[n].T @ back).any(), back.sum(axis=0).any())
        back = (back @ W[n].T) * (active[n] > 0)
    assert moved == {3: (False, True), 2: (False, False), 1: (False, False), 0: (False, False)}
    assert right("perceptron-zeros-1") == "Only the biases of the last layer"


def test_backward_adds():
    layer = nn.Linear(3, 2)
    inputs = torch.ones(4, 3)
    layer(inputs).square().sum().backward()
    first = layer.weight.grad.clone()
    layer(inputs).square().sum().backward()
    torch.testing.assert_close(layer.weight.grad, 2 * first)
    assert right("perceptron-zero-grad-1") == "Twice as large"


# ----------------------------------------------------------------------------------------------------- convolution


def test_value_of_the_first_window():
    window, kernel = np.array([[-1, 0], [2, 3]]), np.array([[2, 1], [0, -1]])
    total = correlate2d(window, kernel, mode="valid").item()
    assert right("conv-value-1") == f"{max(total, 0)}"
    flipped = correlate2d(window, kernel[::-1, ::-1], mode="valid").item()
    last_sign = total + 2 * 3
    assert wrong("conv-value-1") == {f"{total}", f"{flipped}", f"{last_sign}"}


def test_sizes():
    picture = torch.zeros(1, 1, 32, 32)

    def size(padding=3, stride=2):
        output = F.conv2d(picture, torch.zeros(1, 1, 7, 7), stride=stride, padding=padding)
        return " x ".join(map(str, output.shape[2:]))

    assert right("conv-size-1") == size()
    rounded_up = math.ceil((32 + 2 * 3 - 7) / 2) + 1
    assert wrong("conv-size-1") == {size(padding=0), size(stride=1), f"{rounded_up} x {rounded_up}"}

    def pooled(**how):
        return " x ".join(map(str, F.max_pool2d(torch.zeros(1, 1, 5, 5), 2, **how).shape[2:]))

    assert right("conv-pool-1") == pooled()
    assert wrong("conv-pool-1") == {pooled(ceil_mode=True), pooled(stride=1)}


def test_filters():
    assert right("conv-parameters-1") == f"{32 * (16 * 9 + 1):,}"
    assert wrong("conv-parameters-1") == {f"{32 * 16 * 9:,}", f"{32 * (9 + 1):,}", f"{32 * (16 * 3 + 1):,}"}
    assert right("conv-maps-1") == f"{nn.Conv2d(3, 8, 3)(torch.zeros(1, 3, 32, 32)).shape[1]}"
    assert wrong("conv-maps-1") == {f"{3 * 8}", "3"}


def test_average_of_a_partial_window():
    column = torch.tensor([[[[8.0], [25.0]]]])
    given = F.avg_pool2d(F.pad(column, (2, 0)), 2, ceil_mode=True)[0, 0, 0]  # 3 columns: the last window sticks out
    assert right("conv-average-1") == f"{given[1].item():g}"
    assert wrong("conv-average-1") == {f"{(8 + 25) / 4:g}", "25"}


def test_a_map_moves_with_its_picture():
    picture, kernel = torch.zeros(1, 1, 12, 12), torch.randn(1, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    picture[0, 0, 5:7, 5:7] = 1
    before, after = F.conv2d(picture, kernel), F.conv2d(picture.roll(1, dims=3), kernel)
    torch.testing.assert_close(after, before.roll(1, dims=3))
    assert not torch.equal(after, before)
    assert right("conv-shift-1") == "It moves right by one pixel too"


def test_gradient_through_pooling_by_small_changes():
    window = np.array([1.0, 4.0, 2.0, 3.0])

    def slopes(of):
        return [round((of(window + 1e-6 * one) - of(window)) / 1e-6, 4) for one in np.eye(4)]

    assert right("conv-backward-1") == ", ".join(f"{s:g}" for s in slopes(np.max))
    for of in (np.mean, np.sum):
        assert ", ".join(f"{s:g}" for s in slopes(of)) in wrong("conv-backward-1")


# ------------------------------------------------------------------------------------------------------------- CNN


def test_field_of_two_convolutions():
    kernel = np.ones((3, 3))
    seen = correlate2d(kernel, kernel, mode="full").shape  # two kernels as one
    assert right("cnn-field-1") == f"{seen[0]} x {seen[1]}"


def test_batch_norm():
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        F.batch_norm(torch.ones(1, 4), torch.zeros(4), torch.ones(4), training=True)
    assert right("cnn-batch-of-one-1") == "It raises an error"
    assert right("cnn-running-mean-1") == f"{0.9 * 0 + 0.1 * 8:.1f}"
    norm = nn.BatchNorm1d(1)
    assert norm.momentum == 0.1
    norm(torch.full((4, 1), 8.0))
    assert norm.running_mean.item() == pytest.approx(0.8)


def test_dropout():
    assert F.dropout(torch.ones(100), 0.5, training=False).eq(1).all()
    assert set(F.dropout(torch.ones(100), 0.5, training=True).tolist()) == {0.0, 2.0}
    assert right("cnn-dropout-1") == "All are 1"


def test_where_parameters_and_work_are():
    convolutions = [(3, 32, 32), (32, 32, 32), (32, 64, 16), (64, 64, 16)]  # in, out, side
    linears = [(64 * 8 * 8, 1000), (1000, 512), (512, 10)]
    parameters = [sum((9 * a + 1) * b for a, b, _ in convolutions), *((a + 1) * b for a, b in linears)]
    work = [sum(9 * a * b * side**2 for a, b, side in convolutions), *(a * b for a, b in linears)]
    assert parameters.index(max(parameters)) == 1
    assert work.index(max(work)) == 0
    assert (parameters[3], work[3]) == (5_130, 5_120)
    assert round(sum(work) / 1e6) == 29
    assert right("cnn-parameters-1") == "The first linear layer"
    assert right("cnn-work-1") == "The four convolutions"


# ------------------------------------------------------------------------------------------------------- optimizers


def test_two_steps_with_momentum():
    velocity, way, seen = 0.0, 0.0, []
    for _ in range(2):
        velocity = 0.9 * velocity + 1
        way += 0.1 * velocity
        seen.append(way)
    assert right("optim-momentum-1") == f"{way:.2f}"
    dampened = 0.1 * 0.1 + 0.1 * (0.9 * 0.1 + 0.1)
    assert wrong("optim-momentum-1") == {f"{2 * 0.1:.2f}", f"{0.1 * velocity:.2f}", f"{dampened:.3f}"}


def test_first_step_of_adam():
    m, v = 0.1 * 250, 0.001 * 250**2
    step = 0.001 * (m / (1 - 0.9)) / (math.sqrt(v / (1 - 0.999)) + 1e-8)
    assert right("optim-adam-1") == f"{step:.3g}"
    assert wrong("optim-adam-1") == {"0.25", f"{0.001 * m / math.sqrt(v):.3g}", f"{0.001 * m / 250:.3g}"}


def test_decay_of_adamw():
    assert right("optim-decay-1") == f"{5 * (1 - 0.1 * 0.1):g}"
    assert wrong("optim-decay-1") == {"5", f"{5 * (1 - 0.1):g}", f"{5 - 0.1:g}"}


def test_rate_for_a_parabola():
    left = {rate: abs(1 - 4 * rate) ** 10 for rate in (0.1, 0.25, 0.6)}
    assert right("optim-parabola-1") == f"{min(left, key=left.get):g}"
    assert left[0.6] > 1


def test_steps_of_an_epoch():
    assert right("optim-steps-1") == f"{math.ceil(1000 / 32)}"
    assert wrong("optim-steps-1") == {f"{1000 // 32}", "1,000", "1"}


# --------------------------------------------------------------------------------------------------------- transfer


def test_resnet_by_torchvisions_own():
    from torchvision.models import resnet18

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = resnet18().eval()
    rest = sum(p.numel() for name, p in model.named_parameters() if not name.startswith("fc."))
    assert right("transfer-trained-1") == f"{512 * 4 + 4:,}"
    assert wrong("transfer-trained-1") == {f"{512 * 4:,}", f"{rest + 2052:,}"}
    assert right("transfer-features-1") == f"{model.fc.in_features:,}"
    assert wrong("transfer-features-1") == {f"{512 * 7 * 7:,}", f"{3 * 224 * 224:,}", f"{model.fc.out_features:,}"}

    def last_side(side):
        trunk = nn.Sequential(*list(model.children())[:-2])
        with torch.no_grad():
            return "{} x {}".format(*trunk(torch.zeros(1, 3, side, side)).shape[2:])

    assert right("transfer-small-1") == last_side(32)
    assert last_side(224) in wrong("transfer-small-1")


def test_what_freezing_freezes():
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2 * 9, 3)).train()
    for layer in model[:2]:
        layer.requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in model[1].state_dict().items()}
    model(torch.randn(4, 1, 3, 3, generator=torch.Generator().manual_seed(0))).sum().backward()
    changed = {name for name, tensor in model[1].state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed == {"running_mean", "running_var", "num_batches_tracked"}
    assert right("transfer-batch-norm-1") == "Its running mean and variance"
    assert model[0].weight.grad is None
    assert right("transfer-gradient-1") == "None"
    assert 5 - 0.1 * (0 + 0.1 * 5) < 5
    assert right("transfer-decay-1") == "It shrinks"
