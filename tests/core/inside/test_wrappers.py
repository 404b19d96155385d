"""core/inside/wrappers.py: mixtures of keys and prefixes, against the weights from which they were made."""

import copy
from functools import cache

import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim.swa_utils import AveragedModel

from core.inside.wrappers import KEYS, PREFIXES, unwrap
from core.models import build_model
from core.specs import CNNSpec, MLPSpec, ResNet18Spec

SPECS = (CNNSpec(channels1=2, channels2=2), CNNSpec(channels1=2, channels2=2, batch_norm=False), MLPSpec(H=3))
OTHERS = ("lit_model", "feature_extractor", "0", "policy", "modules")
INNER = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "module")


@cache
def names_of(spec):
    with torch.device("meta"):
        return list(build_model(spec, 10).state_dict())


def known(names):
    return frozenset(name for name in names if not name.endswith(".num_batches_tracked"))


NETWORKS = tuple(known(names_of(spec)) for spec in (*SPECS, ResNet18Spec()))


@cache
def weights_of(spec):
    """A tensor for each name, all different: which one came out can be told."""
    return {name: torch.tensor([float(i)]) for i, name in enumerate(names_of(spec))}


def same(given, expected):
    return list(given) == list(expected) and all(torch.equal(given[name], expected[name]) for name in expected)


@st.composite
def wrapped(draw, weights):
    """A state dict as wrappers would have left it, and what they have put before names."""
    before = draw(st.lists(st.sampled_from([*sorted(PREFIXES), *OTHERS]), max_size=4))
    firsts = sorted({name.split(".")[0] for name in weights})
    inner = draw(st.dictionaries(st.sampled_from(firsts), st.sampled_from(INNER), max_size=3))
    given = {}
    for name, tensor in weights.items():
        first, dot, rest = name.partition(".")
        mark = [inner[first]] if first in inner and dot else []  # as of a part that was compiled by itself
        given[".".join([*before, first, *mark, *([rest] if dot else [])])] = tensor
    return given, before, inner


NOISE = {
    "epoch": 3, "arch": "resnet18", "best_acc1": torch.tensor(0.5), "loss": 0.1, "args": {"lr": 0.1, "model": "cnn"},
    "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1, "params": [0]}]},
    "scheduler": {"last_epoch": 3}, "callbacks": {"early": {"best": torch.tensor(1.0)}},
}  # fmt: skip


@settings(max_examples=300)
@given(data=st.data(), spec=st.sampled_from(SPECS), keys=st.lists(st.sampled_from(KEYS), max_size=3))
def test_any_mixture_of_wrappers_comes_off(data, spec, keys):
    expected = weights_of(spec)
    content, before, inner = data.draw(wrapped(expected))
    names = set(content)
    noise = data.draw(st.sets(st.sampled_from(sorted(NOISE))))
    for key in reversed(keys):
        content = {name: NOISE[name] for name in sorted(noise)} | {key: content}
    found = unwrap(content, NETWORKS)
    assert same(found.weights, expected)
    assert found.keys == tuple(keys)
    assert set(found.prefixes) == {f"{part}." for part in [*before, *inner.values()]}
    assert found.n_shortened == len(names - set(expected))
    assert found.left_out == ()
    assert bool(found.sentence) == bool(keys or before or inner)


@settings(max_examples=100)
@given(data=st.data(), spec=st.sampled_from(SPECS))
def test_what_stands_beside_the_network_is_left_out_and_told(data, spec):
    """As Lightning's module has its loss and its metrics beside the network."""
    content, before, _ = data.draw(wrapped(weights_of(spec)))
    assume(before)
    beside = data.draw(
        st.dictionaries(st.sampled_from(["loss.weight", "n_averaged", "head.0.bias", "decay"]), st.just(torch.ones(2)))
    )
    found = unwrap({"state_dict": beside | content}, NETWORKS)
    assert same(found.weights, weights_of(spec))
    assert set(found.left_out) == set(beside)
    assert all(name in found.sentence for name in list(beside)[:1])


PARTS = st.sampled_from(["model", "module", "net", "backbone", "_orig_mod", "0", "1", "weight", "bias", "features"])


@settings(max_examples=300)
@given(names=st.lists(st.lists(PARTS, min_size=1, max_size=4).map(".".join), min_size=1, unique=True))
@example(names=["model.0.weight", "head.weight"])
@example(names=["module", "module.weight"])
def test_names_of_an_unknown_network_survive_unless_all_share_a_wrapper(names):
    weights = {name: torch.tensor([float(i)]) for i, name in enumerate(names)}
    found = unwrap(weights, NETWORKS)
    split = [name.split(".") for name in names]
    while {parts[0] for parts in split} <= PREFIXES and len({parts[0] for parts in split}) == 1:
        if min(map(len, split)) == 1:
            break
        split = [parts[1:] for parts in split]
    assert same(found.weights, dict(zip(map(".".join, split), weights.values(), strict=True)))
    assert found.left_out == ()


@settings(max_examples=200)
@given(data=st.data(), own=st.lists(st.sampled_from(sorted(PREFIXES)), min_size=1, max_size=2))
def test_a_prefix_that_is_a_networks_own_stays(data, own):
    """Where the network is known, its names decide, and what looks like a wrapper may be a layer."""
    network = {".".join([*own, name]): tensor for name, tensor in weights_of(SPECS[0]).items()}
    before = data.draw(st.lists(st.sampled_from(sorted(PREFIXES)), max_size=3))
    content = {".".join([*before, name]): tensor for name, tensor in network.items()}
    found = unwrap(content, [known(network)])
    assert same(found.weights, network)
    assert found.n_shortened == (len(network) if before else 0)


def test_two_names_never_become_one():
    plain = weights_of(SPECS[0])
    twice = {f"{mark}{name}": tensor + len(mark) for name, tensor in plain.items() for mark in ("", "module.")}
    found = unwrap(twice, NETWORKS)
    assert same(found.weights, {name: tensor + len("module.") for name, tensor in plain.items()})
    assert found.left_out == tuple(plain)
    half = {f"conv_layer.{mark}x.weight": torch.ones(1) for mark in ("", "_orig_mod.")}
    found = unwrap(plain | half, NETWORKS)
    assert same(found.weights, plain | half)
    assert found.prefixes == ()


@pytest.mark.parametrize("order", [1, -1])
def test_averaged_weights_and_teachers_are_taken_only_where_there_are_no_others(order):
    plain = weights_of(SPECS[0])
    averaged = {f"module.{name}": tensor + 100 for name, tensor in plain.items()} | {"n_averaged": torch.tensor(4)}
    pairs = [("model", plain), ("model_ema", averaged)][::order]
    assert same(unwrap(dict(pairs), NETWORKS).weights, plain)
    alone = unwrap({"model_ema": averaged, "model": "resnet18"}, NETWORKS)
    assert same(alone.weights, {name: tensor + 100 for name, tensor in plain.items()})
    assert alone.sentence.startswith('Read under "model_ema". Taken off 34 names: "module.".')
    halves = [{f"{who}.{name}": tensor for name, tensor in plain.items()} for who in ("student", "teacher")][::order]
    taken = unwrap(halves[0] | halves[1], NETWORKS)
    assert (taken.prefixes, len(taken.left_out)) == (("student.",), len(plain))


def test_the_wrappers_of_pytorch_itself():
    model = build_model(CNNSpec(channels1=2, channels2=2), 10)
    expected = model.state_dict()
    compiled = torch.compile(model)
    outer = nn.Module()
    outer.backbone = torch.compile(copy.deepcopy(model))
    outer.head = nn.Linear(2, 2)
    for wrapper, sentence in (
        (nn.DataParallel(model), 'Taken off 34 names: "module.".'),
        (compiled, 'Taken off 34 names: "_orig_mod.".'),
        (nn.DataParallel(compiled), 'Taken off 34 names: "module." and "_orig_mod.".'),
        (torch.compile(nn.DataParallel(model)), 'Taken off 34 names: "_orig_mod." and "module.".'),
        (AveragedModel(model), 'Taken off 34 names: "module.". Left out, as no part of the network: "n_averaged".'),
        (outer, 'Taken off 34 names: "backbone." and "_orig_mod.". '
                'Left out, as no part of the network: "head.weight" and 1 more.'),
    ):  # fmt: skip
        found = unwrap(wrapper.state_dict(), NETWORKS)
        assert same(found.weights, expected)
        assert found.sentence == sentence


def test_weights_that_fit_are_found_under_any_key_and_others_under_a_usual_one():
    plain = weights_of(SPECS[0])
    assert unwrap({"my nets": {"the best": plain}}, NETWORKS).keys == ("my nets", "the best")
    foreign = {"a.weight": torch.ones(1), "b.weight": torch.ones(1)}
    assert unwrap({"epoch": torch.tensor(1), "state_dict": foreign}, NETWORKS).weights == foreign
    unusual = {"mine": foreign}
    assert unwrap(unusual, NETWORKS).weights == unusual
    # A setting may be called as the weights are
    assert unwrap({"model": {"depth": 18}, "state_dict": foreign}, NETWORKS).weights == foreign


def test_content_that_holds_itself_or_is_vast_ends():
    turning = {"a.weight": torch.ones(1)}
    turning["model"] = turning
    assert unwrap(turning, NETWORKS).keys == ()
    deep = {"weights": torch.ones(1)}
    for _ in range(5000):
        deep = {"model": deep}
    assert unwrap(deep, NETWORKS).keys == ()
    many = {"." * 100_000: torch.ones(1), "a" * 100_000: torch.ones(1)}
    assert set(unwrap(many, NETWORKS).weights) == set(many)


def test_a_sentence_shows_strange_names_at_a_length_that_can_be_read():
    content = {"x\n" * 100: {f"\u202e{'y' * 300}.{name}": tensor for name, tensor in weights_of(SPECS[0]).items()}}
    sentence = unwrap(content, NETWORKS).sentence
    assert sentence.isprintable()
    assert len(sentence) < 250
