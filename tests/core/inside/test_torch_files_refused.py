"""core/inside/torch_files.py: what runs code, lies about its size, was cut, or is another file."""

import argparse
import collections
import contextlib
import gzip
import io
import os
import pathlib
import pickle
import pickletools
import struct
import subprocess
import tarfile
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.inside import torch_files
from core.inside.torch_files import WeightsError, read_content

pytestmark = pytest.mark.filterwarnings("ignore:Detected pickle protocol", "ignore:invalid escape sequence")

MOST = 10_000_000
FORMATS = ("since 1.6", "before 1.6")


def read(data):
    return read_content(data, most_bytes=MOST)


class Evil:
    """Calls something when it is unpickled."""

    def __init__(self, call, *args, state=None):
        self.made = (call, args) if state is None else (call, args, state)

    def __reduce__(self):
        return self.made


CALLS = {
    "exec": lambda marker: Evil(exec, f"open({marker!r}, 'w').close()"),
    "eval": lambda marker: Evil(eval, f"open({marker!r}, 'w').close()"),
    "a shell": lambda marker: Evil(os.system, f"touch {marker}"),
    "a process": lambda marker: Evil(subprocess.call, ["touch", marker]),
    "open": lambda marker: Evil(open, marker, "w"),
    "by way of getattr": lambda marker: Evil(getattr, Evil(pathlib.Path, marker), "touch"),
    "a nested torch.load": lambda marker: Evil(torch.storage._load_from_bytes, pickle.dumps(CALLS["exec"](marker))),
    "the state of a namespace": lambda marker: Evil(argparse.Namespace, state=CALLS["exec"](marker)),
    "what a defaultdict calls": lambda marker: Evil(collections.defaultdict, CALLS["exec"](marker)),
}  # fmt: skip
PLACES = {
    "bare": lambda evil: evil,
    "in a model": lambda evil: {"model": evil},
    "in a nested key": lambda evil: {"checkpoint": {"state_dict": {"conv.weight": evil}}},
    "beside weights": lambda evil: {"state_dict": {"a": torch.ones(2)}, "hyper_parameters": [1, {"x": (evil,)}]},
    "in NumPy's number": lambda evil: {"epoch": Evil(np._core.multiarray.scalar, np.dtype("O"), evil)},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("call", CALLS)
def test_what_would_run_code_is_refused_in_every_format_and_at_every_place(saved, tmp_path, call, place, form):
    marker = str(tmp_path / "it-ran")
    for protocol in (2, 3, 4, 5):
        data = saved(PLACES[place](CALLS[call](marker)), form, protocol)
        with pytest.raises(WeightsError, match="it names code to run, which the lab refuses to do") as caught:
            read(data)
        assert "\n" not in str(caught.value)
        assert not os.path.exists(marker)


@pytest.mark.parametrize("call", ["exec", "a shell", "a process", "open"])
def test_the_files_are_as_bad_as_they_claim(saved, tmp_path, call):
    marker = tmp_path / "it-ran"
    for form in FORMATS:
        torch.load(io.BytesIO(saved(CALLS[call](str(marker)), form)), weights_only=False)
        assert marker.exists()
        marker.unlink()


def test_nor_where_the_machine_is_told_to_trust_all_files(saved, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    marker = str(tmp_path / "it-ran")
    for form in FORMATS:
        with pytest.raises(WeightsError, match="names code to run"):
            read(saved(CALLS["exec"](marker), form))
    assert not os.path.exists(marker)


def test_the_name_is_said_and_is_only_a_name(saved, rewritten, foreign_class):
    thing = foreign_class("my.nets.Net")()
    data = saved({"a": thing})
    with pytest.raises(WeightsError, match=r"It names my\.nets\.Net\.$"):
        read(data)
    strange = rewritten(data, lambda p: p.replace(b"my.nets\nNet", b"my<b>*x*\nN[e](t)"))
    with pytest.raises(WeightsError, match=r"It names my\?b\?\?x\?\.N\?e\?\?t\?\.$"):
        read(strange)


def test_an_evil_zip64_and_a_second_pickle(saved, rewritten, tmp_path):
    marker = str(tmp_path / "it-ran")
    evil = rewritten(saved(CALLS["exec"](marker)), lambda p: p, force_zip64=True)
    assert b"\x01\x00\x10\x00" in evil  # zip64's sizes
    with pytest.raises(WeightsError, match="names code to run"):
        read(evil)
    plain = saved({"a": torch.ones(1)})
    good, bad = (zipfile.ZipFile(io.BytesIO(d)).read("archive/data.pkl") for d in (plain, saved(CALLS["exec"](marker))))
    for first, second in ((good, bad), (bad, good)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("archive/data.pkl", first)
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("archive/data.pkl", second)
            archive.writestr("archive/version", "3\n")
        with pytest.raises(WeightsError):
            read(out.getvalue())
    assert not os.path.exists(marker)


def test_weights_in_zip64_are_read(saved, rewritten):
    data = rewritten(saved({"a": torch.arange(5.0)}), lambda p: p, force_zip64=True)
    assert torch.equal(read(data)["a"], torch.arange(5.0))


# --- what lies about its size, or takes time


def little(n):
    return b"\x8a\x08" + struct.pack("<q", n)  # LONG1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("n", [5, 10_000, 10**7, 10**12, 2**62, -4])
def test_a_size_that_is_not_true_is_a_sentence(saved, rewritten, form, n):
    """Four numbers that say they are n."""

    def change(content):
        return content.replace(b"K\x04", little(n))

    data = saved({"a": torch.arange(4.0)}, form)
    with pytest.raises(WeightsError, match=r"is broken|take more than 10 MB"):
        read(rewritten(data, change) if form == "since 1.6" else change(data))


def test_numbers_that_never_come_are_no_old_memory(saved):
    """A file before 1.6 may leave a storage out: PyTorch then shows what the memory held before."""
    data = saved({"a": torch.full((1000,), 7.0)}, "before 1.6")
    stream, ends = io.BytesIO(data), []
    for _ in range(5):
        list(pickletools.genops(stream))
        ends.append(stream.tell())
    empty = data[: ends[3]] + pickle.dumps([], 2)
    assert not read(empty)["a"].any()


@pytest.mark.parametrize(
    "value",
    [
        Evil(bytearray, 10**11),
        Evil(torch.Tensor, 10**5, 10**6),
        Evil(torch.FloatTensor, 10**5, 10**6),
        Evil(torch.storage.TypedStorage, 10**11),
        "punycode",
        " PUNY\u00e9code-",
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_what_takes_memory_or_time_by_the_number_is_refused_before_it_does(saved, value, form):
    with pytest.raises(WeightsError, match="with which a small file can stop the lab"):
        read(saved({"a": value, "b": torch.ones(1)}, form))


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_of_other_things_than_weights_is_refused(saved, monkeypatch, form):
    monkeypatch.setattr(torch_files, "MAX_OPERATIONS", 1000)
    monkeypatch.setattr(torch_files, "MAX_PICKLE", 100_000)
    with pytest.raises(WeightsError, match=r"holds too much besides weights: 1,000 values"):
        read(saved({"a": torch.ones(1), "b": [[] for _ in range(1000)]}, form))
    with pytest.raises(WeightsError, match=r"holds too much besides weights: 1 MB"):
        read(saved({"a": torch.ones(1), "b": "x" * 1_000_000}, form))
    assert len(read(saved({"a": torch.ones(1_000_000)}, form))["a"]) == 1_000_000


def test_tensors_beyond_the_limit_are_refused(saved):
    for form in FORMATS:
        with pytest.raises(WeightsError, match=r"(unpacks to|take) more than 10 MB"):
            read(saved({"a": torch.ones(MOST // 4 + 1)}, form))


@pytest.fixture(scope="module")
def whole(saved):
    return {form: saved({"a": torch.arange(300.0), "b": np.float64(1), "c": {"d": [1, 2]}}, form) for form in FORMATS}


@settings(max_examples=300)
@given(form=st.sampled_from(FORMATS), share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_is_a_sentence(whole, form, share):
    data = whole[form]
    with pytest.raises(WeightsError, match=r"^The file [^\n]*\.$"):
        read(data[: int(share * len(data))])


@settings(max_examples=500)
@given(form=st.sampled_from(FORMATS), places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4))
def test_a_damaged_file_is_read_or_is_a_sentence(whole, form, places):
    data = bytearray(whole[form])
    for share, byte in places:
        data[int(share * len(data))] = byte
    with contextlib.suppress(WeightsError):  # any other error fails
        read(bytes(data))


# --- other files


def packed(content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model.pth"), io.BytesIO(content))
    return out.getvalue()


def scripted():
    out = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), out)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda: packed(b""), "it is a tar archive.*unpack it first"),
        (lambda: gzip.compress(b"x"), "it is packed with gzip, unpack it first"),
        (lambda: b"\x89HDF\r\n\x1a\n" + bytes(100), "it is HDF5, as Keras writes it"),
        (lambda: b"\x93NUMPY\x01\x00", "it is an array of NumPy"),
        (scripted, "as TorchScript it names code to run"),
        (lambda: pickle.dumps({"a": torch.ones(1)}), "pickle.dump wrote it"),
        (lambda: pickle.dumps({"a": 1}, 2), "pickle.dump wrote it"),
    ],
)
def test_other_files_are_named_as_what_they_are(data, says):
    with pytest.raises(WeightsError, match=says + r".*Save it with torch\.save\(model\.state_dict\(\), PATH\)\.$"):
        read(data())


@pytest.mark.parametrize("form", FORMATS)
def test_a_protocol_that_pytorch_cannot_read_is_named(saved, form):
    data = saved({"a": torch.ones(1)}, form, 4)
    with pytest.raises(pickle.UnpicklingError, match="Unsupported operand"):
        torch.load(io.BytesIO(data), weights_only=True)
    with pytest.raises(WeightsError, match="it has pickle's protocol 4, which weights_only=True cannot read"):
        read(data)
