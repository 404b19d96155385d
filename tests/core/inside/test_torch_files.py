"""core/inside/torch_files.py against torch.load: what it reads is read the same, and what only holds data with it."""

import argparse
import collections
import datetime
import io
import pathlib
import pickle
import struct
import sys
import threading
import types

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.inside.torch_files import read_content

MOST = 10_000_000
FORMATS = ("since 1.6", "before 1.6")


def read(data):
    return read_content(data, most_bytes=MOST)


def same(given, expected):
    """Equal in values, types, shapes and strides, all the way down."""
    if isinstance(expected, torch.Tensor):
        assert type(given) is type(expected)
        assert (given.dtype, given.shape, given.stride()) == (expected.dtype, expected.shape, expected.stride())
        return torch.equal(given, expected)
    if isinstance(expected, dict):
        return list(given) == list(expected) and all(same(given[key], expected[key]) for key in expected)
    if isinstance(expected, list | tuple):
        pairs = zip(given, expected, strict=True)
        return type(given) is type(expected) and all(same(one, other) for one, other in pairs)
    return type(given) is type(expected) and given == expected


DTYPES = (
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool,
)  # fmt: skip


@st.composite
def tensors(draw):
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    tensor = torch.arange(int(np.prod(shape))).reshape(shape).to(draw(st.sampled_from(DTYPES)))
    view = draw(st.sampled_from(["whole", "transposed", "part", "parameter"]))
    if view == "transposed":
        return tensor.transpose(0, -1) if shape else tensor
    if view == "part":
        return tensor[1:] if shape else tensor
    return nn.Parameter(tensor) if view == "parameter" and tensor.is_floating_point() else tensor


NUMBER = st.booleans() | st.integers() | st.floats(allow_nan=False)
PLAIN = st.none() | NUMBER | st.text(max_size=5) | st.binary(min_size=1, max_size=5)
CONTENT = st.recursive(
    PLAIN | tensors() | st.sets(st.integers(), max_size=3) | st.builds(torch.Size, st.just((2, 3))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4).map(collections.OrderedDict)
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(content=CONTENT, form=st.sampled_from(FORMATS))
def test_what_torch_reads_with_weights_only_is_read_the_same(saved, content, form):
    data = saved(content, form)
    assert same(read(data), torch.load(io.BytesIO(data), weights_only=True))


@pytest.mark.parametrize("form", FORMATS)
def test_tensors_that_share_their_numbers_still_do(saved, form):
    base = torch.arange(6.0)
    given = read(saved({"a": base[:4], "b": base[2:], "c": nn.Parameter(base)}, form))
    given["a"][2] = 99
    assert given["b"][0] == given["c"][2] == 99


def as_pytorch_0_2_did(weights):
    """The format as PyTorch 0.2 wrote a state dict: parameters whole, tensors by ``_rebuild_tensor``, no counters."""
    storages = {}

    class Storage:
        def __init__(self, tensor):
            self.tensor, self.key = tensor, str(tensor.data_ptr())
            storages[self.key] = self

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if isinstance(value, Storage):
                return ("storage", torch.FloatStorage, value.key, "cuda:0", value.tensor.numel(), None)
            return None

        def reducer_override(self, value):
            if isinstance(value, nn.Parameter):
                return nn.Parameter, (value.data,), (True, False, collections.OrderedDict())
            if isinstance(value, torch.Tensor):
                return torch._utils._rebuild_tensor, (Storage(value), 0, tuple(value.shape), value.stride())
            return NotImplemented

    out = io.BytesIO()
    pickle.dump(0x1950A86A20F9469CFC6C, out, 2)
    pickle.dump(1001, out, 2)
    sizes = {"short": 2, "int": 4, "long": 4}
    pickle.dump({"protocol_version": 1001, "little_endian": True, "type_sizes": sizes}, out, 2)
    Pickler(out, 2).dump(weights)
    pickle.dump(sorted(storages), out, 2)
    for key in sorted(storages):
        tensor = storages[key].tensor
        out.write(struct.pack("<q", tensor.numel()) + tensor.contiguous().numpy().tobytes())
    return out.getvalue()


def test_a_file_as_pytorch_0_2_wrote_it():
    weights = collections.OrderedDict(
        [("conv.weight", nn.Parameter(torch.rand(4, 3, 3, 3))), ("bn.running_mean", torch.rand(4))]
    )
    data = as_pytorch_0_2_did(weights)
    given = read(data)
    assert list(given) == list(weights)
    assert all(torch.equal(given[name].detach(), weights[name].detach()) for name in weights)
    assert same(given, torch.load(io.BytesIO(data), map_location="cpu", weights_only=True))


NUMBERS = [
    np.float64(0.75), np.float32(-1.5), np.float16(2), np.int64(-7), np.int8(3), np.uint16(500), np.bool_(True),
    np.dtype(">f8").type(3), np.array([1.25], ">f8")[0],
]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_numbers_of_numpy_become_pythons(saved, form, number):
    given = read(saved({"epoch": number, "a": torch.ones(1)}, form))["epoch"]
    assert type(given) is type(number.item())
    assert given == number.item()


@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
def test_numbers_of_numpy_1_too(saved, rewritten, module):
    """NumPy 2 has called the module otherwise."""
    data = saved({"epoch": np.float64(0.1)})
    whole = rewritten(data, lambda p: p.replace(b"numpy._core.multiarray", module.encode() + b".multiarray"))
    assert read(whole) == {"epoch": 0.1}


HELD = {
    "an array": np.arange(5.0), "a text": np.str_("a"), "a date": np.datetime64("2026-10-01"),
    "a dtype": np.dtype("f4"), "complex": np.complex128(1j), "a record": np.zeros(1, [("a", "f4")])[0],
    "NumPy's random state": np.random.get_state(),  # noqa: NPY002 (as scripts keep it)
    "arguments": argparse.Namespace(lr=0.1, where=pathlib.Path("/a")),
    "names": types.SimpleNamespace(a=1), "a path": pathlib.PurePosixPath("a/b"),
    "by default": collections.defaultdict(list, a=[1]), "a queue": collections.deque([1, 2], maxlen=3),
    "now": datetime.datetime(2026, 10, 1), "long": datetime.timedelta(1), "version": torch.__version__,
    "frozen": frozenset({1}), "range": range(3), "slice": slice(1, 2), "a type": float,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("what", HELD)
def test_what_scripts_put_beside_the_weights_does_not_hinder(saved, form, what):
    with pytest.raises(pickle.UnpicklingError):  # PyTorch alone refuses it
        torch.load(io.BytesIO(saved(HELD[what])), weights_only=True)
    given = read(saved({"about": HELD[what], "again": [HELD[what]], "a": torch.ones(1)}, form))
    assert torch.equal(given["a"], torch.ones(1))
    kept = {"by default": {"a": [1]}, "a queue": [1, 2]}.get(what)
    assert kept is None or given["about"] == kept


@pytest.mark.parametrize("form", FORMATS)
def test_settings_of_omegaconf_easydict_and_yacs_do_not_hinder(saved, foreign_class, monkeypatch, form):
    """Their classes as they pickle themselves; the packages are not looked for when the file is read."""
    node = foreign_class("omegaconf.nodes.AnyNode")()
    node.__dict__ |= {"_metadata": foreign_class("omegaconf.base.Metadata")(), "_val": 0.1}
    config = foreign_class("omegaconf.dictconfig.DictConfig")()
    config.__dict__ |= {"_content": {"lr": node}, "_flags_cache": None}
    easy = foreign_class("easydict.EasyDict", dict)(lr=0.1)
    easy.lr = 0.1
    yacs = foreign_class("yacs.config.CfgNode", dict)(lr=0.1)
    data = saved({"hyper_parameters": {"cfg": config, "easy": easy, "yacs": yacs}, "a": torch.ones(1)}, form)
    monkeypatch.undo()
    assert "omegaconf.dictconfig" not in sys.modules
    given = read(data)
    assert torch.equal(given["a"], torch.ones(1))
    assert given["hyper_parameters"]["easy"] == {"lr": 0.1}


def test_nothing_of_it_stays_allowed_and_threads_do_not_disturb_each_other(saved):
    before = set(torch.serialization.get_safe_globals())
    data, wrong = saved({"epoch": np.float64(0.5), "a": torch.ones(1)}), []

    def work():
        for _ in range(40):
            try:
                assert read(data)["epoch"] == 0.5
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert set(torch.serialization.get_safe_globals()) == before
    with pytest.raises(pickle.UnpicklingError):
        torch.load(io.BytesIO(data), weights_only=True)
