"""core/exercises/shapes.py and layers.py against torch: shapes by forward hooks, parameters by counting them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.exercises.layers import KINDS, Conv, Flatten, Linear, Norm, Pool
from core.exercises.shapes import HANDOUT, LEVELS, MAX_SEED, TaskError, make_task, read_task, task_of
from core.models import CNN
from core.specs import CNNSpec


def seen_by_torch(module, shape_in):
    """For each leaf of a module its name, the shape that comes out for one picture, and its parameters."""
    seen = []
    for name, leaf in module.named_modules():
        if not list(leaf.children()):
            leaf.register_forward_hook(
                lambda layer, _, out, name=name: seen.append(
                    (name, tuple(out.shape[1:]), sum(p.numel() for p in layer.parameters()))
                )
            )
    module.eval()(torch.empty(2, *shape_in))
    return seen


def built(task):
    """The network of a task as somebody would write it, apart from the lab's own table of arguments."""
    made = []
    for row in task.rows:
        match row.layer:
            case Conv(filters, kernel, padding, stride):
                made.append(nn.Conv2d(row.shape_in[0], filters, kernel, stride=stride, padding=padding))
            case Norm():
                made.append(nn.BatchNorm2d(row.shape_in[0]))
            case Pool(kernel, stride):
                made.append(nn.MaxPool2d(kernel, stride))
            case Flatten():
                made.append(nn.Flatten())
            case Linear(units):
                made.append(nn.Linear(row.shape_in[0], units))
    return nn.Sequential(*made)


@given(
    st.integers(1, 24), st.integers(1, 24), st.booleans(), st.integers(2, 12)
)
@settings(max_examples=25, deadline=None)
def test_the_handouts_network_is_what_its_module_is(channels1, channels2, batch_norm, n_classes):
    task = task_of(CNNSpec(channels1=channels1, channels2=channels2, batch_norm=batch_norm), n_classes)
    with torch.device("meta"):
        module = CNN(n_classes, channels1=channels1, channels2=channels2, batch_norm=batch_norm)
        seen = {name: rest for name, *rest in seen_by_torch(module, task.shape_in)}
    asked = {row.name: [row.shape, row.n_parameters] for row in task.rows if row.name != "flatten"}
    assert asked == {name: seen[name] for name in asked}
    assert set(seen) - set(asked) == {
        name for name, layer in module.named_modules() if isinstance(layer, nn.LeakyReLU | nn.ReLU | nn.Dropout)
    }
    assert sum(row.n_parameters for row in task.rows) == sum(p.numel() for p in module.parameters())


def test_the_handouts_numbers():
    shapes = [row.shape for row in read_task(HANDOUT).rows]
    assert (64, 8, 8) in shapes
    assert (4096,) in shapes
    assert sum(row.n_parameters for row in read_task(HANDOUT).rows) == 4_680_594


@given(st.sampled_from(list(LEVELS)), st.integers(0, MAX_SEED))
@settings(max_examples=60, deadline=None)
def test_a_seeds_network_is_what_torch_makes_of_it(level, seed):
    task = make_task(level, seed)
    with torch.device("meta"):
        seen = seen_by_torch(built(task), task.shape_in)
    assert [(row.shape, row.n_parameters) for row in task.rows] == [(shape, n) for _, shape, n in seen]
    assert read_task(task.code) == task
    assert len({row.name for row in task.rows}) == len(task.rows)


LAYERS = st.one_of(
    st.builds(Conv, st.integers(1, 9), st.integers(1, 5), st.integers(0, 3), st.integers(1, 4)),
    st.just(Norm()), st.builds(Pool, st.integers(1, 4), st.integers(1, 4)), st.just(Flatten()),
)  # fmt: skip


@given(LAYERS, st.integers(1, 5), st.integers(5, 13))
@settings(max_examples=200, deadline=None)
def test_any_layer_is_reckoned_as_torch_does(layer, channels, side):
    with torch.device("meta"):
        module = getattr(nn, layer.torch_class)(**layer.arguments((channels, side, side)))
        ((_, shape, n),) = seen_by_torch(module, (channels, side, side))
    assert layer.shape_out((channels, side, side)) == shape
    assert layer.n_parameters((channels, side, side)) == n


@pytest.mark.parametrize("level", LEVELS)
def test_every_seed_gives_a_network_and_few_give_the_same(level):
    networks = {make_task(level, seed).layers for seed in range(300)}
    assert len(networks) > 50
    kinds = {type(layer) for network in networks for _, layer in network}
    assert kinds == set(KINDS) - ({Norm} if level == "1" else set())


def test_the_levels_differ_in_what_has_to_be_thought_of():
    for seed in range(50):
        easy, middle, hard = (make_task(level, seed) for level in LEVELS)
        assert all(
            layer == Conv(layer.filters, 3, 1) for _, layer in easy.layers if isinstance(layer, Conv)
        )
        assert any(layer.stride > 1 for _, layer in middle.layers if isinstance(layer, Conv))
        assert any("rounded down" in row.layer.worked_shape(row.shape_in) for row in hard.rows)


def test_what_is_asked_hides_what_follows_from_the_row_above():
    for code in (HANDOUT, "3.7"):
        for row in read_task(code).rows:
            names = row.layer.arguments(row.shape_in)
            assert ("?" in row.layer.code()) == bool(names.keys() & {"in_channels", "in_features", "num_features"})
            assert "?" not in row.layer.code(row.shape_in)
    first = read_task(HANDOUT).rows[0].layer
    assert first.code() == "nn.Conv2d(in_channels=?, out_channels=32, kernel_size=3, padding=1)"


@pytest.mark.parametrize("level", ["handout", *LEVELS])
def test_the_worked_answer_is_the_right_one(level):
    tasks = [read_task(HANDOUT)] if level == "handout" else [make_task(level, seed) for seed in range(30)]
    for row in (row for task in tasks for row in task.rows):
        shape, count = row.layer.worked_shape(row.shape_in), row.layer.worked_count(row.shape_in)
        assert f"{row.shape[-1]:,}" in shape
        assert f"{row.n_parameters:,}" in count


@pytest.mark.parametrize("text", ["", "handouts", "4.1", "1.123456", "1.-1", "1.", "2.\u0664", "x" * 500, "1.1\n"])
def test_a_link_that_names_no_network_is_one_sentence(text):
    with pytest.raises(TaskError, match=r"allowed are handout, and level and seed such as 2\.1234") as raised:
        read_task(text)
    assert len(str(raised.value)) < 250
