"""90 files of weights that mean no good or are broken: each is read as numbers, or refused in one sentence.

By hand all of them, ``CHALKNET_FUZZ=all``. What a file can do at the worst, kind by kind: ``test_torch_files_refused``.
"""

import argparse
import builtins
import collections
import getpass
import io
import json
import os
import pathlib
import pickle
import random
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save as safetensors

from core.inside.weights import WeightsError, read_weights, restore
from core.models import build_model
from core.specs import MLPSpec
from tests.outside import how_many, tree, watched

pytestmark = pytest.mark.filterwarnings("ignore")  # of torch, of what it reads
N = how_many(90, sample=18)
MODEL = MLPSpec(H=8)
# Torch makes this folder when it loads the part of it that knows sparse tensors
OF_TORCH = Path(tempfile.gettempdir()) / f"torchinductor_{getpass.getuser()}"


class Evil:
    """Calls something when it is unpickled."""

    def __init__(self, *made):
        self.made = made

    def __reduce__(self):
        return self.made


def evil(rng, canary):
    """Something that would write, delete or start something, near the canary."""
    marker = f"{canary}.ran"
    calls = [
        (os.system, (f"touch {marker}",)), (subprocess.Popen, (["touch", marker],)), (open, (marker, "w")),
        (exec, (f"open({marker!r}, 'w')",)), (eval, (f"open({marker!r}, 'w')",)), (os.remove, (str(canary),)),
        (shutil.rmtree, (str(canary.parent),)), (pathlib.Path.touch, (pathlib.Path(marker),)), (os.mkdir, (marker,)),
        (builtins.__import__, ("antigravity",)), (torch.load, (marker,)),
        (torch.hub.load, ("evil/evil", "evil")), (collections.defaultdict, (Evil(os.mkdir, (marker,)),)),
        (argparse.Namespace, (), {"x": Evil(os.mkdir, (marker,))}), (os.replace, (str(canary), marker)),
    ]  # fmt: skip
    return Evil(*rng.choice(calls))


def good():
    torch.manual_seed(0)
    return dict(build_model(MODEL, 10).state_dict())


def stored(rng, content, *, new=None):
    file = io.BytesIO()
    new = rng.random() < 0.6 if new is None else new
    torch.save(content, file, _use_new_zipfile_serialization=new, pickle_protocol=rng.choice([2, 2, 3, 4, 5]))
    return file.getvalue()


def runs_code(rng, canary):
    """A pickle that would call something, at any place, in any format."""
    thing = evil(rng, canary)
    places = [
        thing, {"model": thing}, good() | {"x": thing}, {"state_dict": good(), "hparams": [{"a": (thing,)}]},
        {"epoch": thing, "model": good()}, [thing, good()],
    ]  # fmt: skip
    content = rng.choice(places)
    return pickle.dumps(content, rng.choice([0, 1, 2, 4])) if rng.random() < 0.3 else stored(rng, content)


def torn(rng, canary):
    """Cut short, with other bytes, or with another file in the middle."""
    data = bytearray(rng.choice([stored(rng, good()), safetensors(good())]))
    kind = rng.randrange(3)
    if kind == 0:
        return bytes(data[: rng.randrange(len(data))])
    if kind == 1:
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(min(len(data), rng.choice([100, 1000, 10**9])))] = rng.randrange(256)
        return bytes(data)
    place = rng.randrange(len(data))
    return bytes(data[:place]) + stored(rng, good())[rng.randrange(400) :]


def claims(rng, canary):
    """A header of safetensors that is not true."""
    shape = rng.choice([[2**62], [-1], [0], [2**31, 2**31], [], ["a"], [1.5], [4, 4], None])
    offsets = rng.choice([[0, 16], [0, 2**63], [16, 0], [-16, 0], [0, 0], [0, 64], ["0", "16"], [0]])
    dtype = rng.choice(["F32", "F99", "", "BF16", "I64", "BOOL", None, 7])
    head = {rng.choice(["a", "", "x" * 10_000, "\x00", "fc1.weight"]): {
        "dtype": dtype, "shape": shape, "data_offsets": offsets}}  # fmt: skip
    if rng.random() < 0.3:
        head["b"] = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}  # the same bytes once more
    text = json.dumps(head).encode() if rng.random() < 0.8 else b"[" * 10_000
    length = rng.choice([len(text), len(text) + 1, 2**63, 0, 2**64 - 1])
    return length.to_bytes(8, "little") + text + bytes(16)


def odd_tensors(rng, canary):
    """Tensors that are no ordinary numbers, of another shape, or that share or claim what is not there."""
    weights = good()
    name = rng.choice(list(weights))
    odd = [
        torch.full_like(weights[name], float("nan")), torch.full_like(weights[name], float("inf")),
        torch.zeros(weights[name].shape, dtype=torch.complex64), torch.eye(3).to_sparse(), torch.zeros(0),
        torch.zeros(1).expand(10**9), torch.zeros(1).as_strided((5, 5), (0, 0)), "text", None, {"a": torch.ones(1)},
        torch.zeros((1,) * 60), torch.ones(3, dtype=torch.bool), torch.tensor(7), 10**4000,
    ]  # fmt: skip
    weights[name] = rng.choice(odd)
    if rng.random() < 0.3:
        weights = {rng.choice(["", "a" * 999, "\x00", "../../x", 7, (1, 2), None]): torch.ones(2)} | weights
    return stored(rng, weights)


def odd_zips(rng, canary):
    """A zip as torch.save's, with members that lead elsewhere, twice, or packed."""
    out = io.BytesIO()
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(io.BytesIO(stored(rng, good(), new=True))) as old, zipfile.ZipFile(out, "w", method) as new:
        for member in old.infolist():
            content = old.read(member)
            name = member.filename if rng.random() < 0.9 else rng.choice(["../../" + member.filename, "/tmp/x", ""])
            new.writestr(name or "a", content[: rng.randrange(len(content) + 1)] if rng.random() < 0.1 else content)
        if rng.random() < 0.5:
            new.writestr(rng.choice(["archive/data/../../../x", "archive/byteorder", "archive/code/x.py"]), "print(1)")
        if rng.random() < 0.3:
            new.writestr("archive/data/bomb", bytes(rng.choice([10**6, 3 * 10**8])))
    return out.getvalue()


def no_weights(rng, canary):
    """Something else by the name of weights."""
    begin = rng.choice([b"", b"\x80", b"\x80\x02", b"PK\3\4", b"\x89HDF", b"\x1f\x8b", b"{}", b"GGUF", b"#!/bin/sh\n"])
    return begin + rng.randbytes(rng.randint(0, 3000))


KINDS = (runs_code, torn, claims, odd_tensors, odd_zips, no_weights)


def test_no_file_of_weights_runs_code_or_gets_anything_but_a_sentence(tmp_path):
    canary = tmp_path / "folder" / "canary"
    canary.parent.mkdir()
    canary.write_text("nobody touches this")
    before, n_read, wrong = tree(tmp_path), 0, []
    for number in range(N):
        rng = random.Random(number)
        kind = KINDS[number % len(KINDS)]
        data = kind(rng, canary)
        with watched(OF_TORCH) as strange:
            try:
                file = read_weights(data)
                restore(MODEL, 10, file.weights, strict=True)
                n_read += 1
                if kind is runs_code:
                    wrong.append(f"{number}: what runs code was read")
            except WeightsError as error:
                if "\n" in str(error) or not str(error).endswith("."):
                    wrong.append(f"{number} {kind.__name__} says {error}")
            except Exception as error:
                wrong.append(f"{number} {kind.__name__}: {type(error).__name__}: {str(error)[:200]}")
        wrong += [f"{number} {kind.__name__}: {what}" for what in strange]
        assert tree(tmp_path) == before, number
    assert not wrong, "\n".join(wrong)
    assert n_read < N / 2
