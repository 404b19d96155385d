"""Tickets: what a phone gives along comes out the same, and what anybody else makes up asks for nothing odd."""

import contextlib
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.errors import ChalknetError
from core.specs import AdamSpec, CNNSpec, DataSpec, RunSpec
from core.specs.folds import FoldSpec
from core.together import ticket
from core.together.packed import HandInError, from_text, to_text
from core.together.ticket import Ticket

ONE = Ticket("http://10.0.0.2:8501", "k7mpx", 3, 12, bytes(range(32)), "learning rate", "0.01", RunSpec(n_threads=1))


@pytest.mark.parametrize(
    "spec",
    [
        RunSpec(model=CNNSpec(channels1=8), optimizer=AdamSpec(learning_rate=0.1 + 0.2), n_threads=1),
        FoldSpec(n_folds=7, fold=6, optimizer=AdamSpec()),
        RunSpec(data=DataSpec(dataset="digits", n_train=17, judged_on="validation"), random_state=2**32 - 1),
    ],
    ids=lambda spec: spec.task,
)
@pytest.mark.parametrize("address", ["http://localhost:8501", "https://lab.uni.example", "http://[::1]:8501"])
def test_it_comes_out_as_it_went_in(spec, address):
    given = replace(ONE, spec=spec, address=address)
    assert ticket.read(ticket.write(given)) == given


def test_it_is_short_and_an_address_takes_it_as_it_is():
    text = ticket.write(ONE)
    assert len(text) < 1_000
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert ONE.link("r") == "http://10.0.0.2:8501/Room?room=k7mpx&result=r"


@given(st.binary(max_size=300))
def test_bytes_come_out_as_they_went_in_and_have_one_text(data):
    text = to_text(data)
    assert from_text(text) == data
    if text and (last := "A" if text[-1] != "A" else "B"):
        with contextlib.suppress(HandInError):
            assert from_text(text[:-1] + last) != data


def packed(**changes):
    told = json.loads(zlib.decompress(from_text(ticket.write(ONE)))) | changes
    return to_text(zlib.compress(json.dumps(told).encode()))


SPEC = RunSpec(n_threads=1).model_dump(mode="json")


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "javascript:alert(1)"}, {"address": "http://evil.example/path"}, {"address": "http://a@b"},
        {"address": "http://a b"}, {"address": "ftp://x"}, {"address": "http://x\n"}, {"address": 5},
        {"code": "../.."}, {"code": "K7MPX"}, {"number": 0}, {"number": "1"}, {"number": True}, {"part": -1},
        {"secret": "00"}, {"secret": "z" * 64}, {"title": "x" * 41}, {"label": None}, {"more": 1}, {"spec": []},
        {"spec": SPEC | {"n_epochs": 51}}, {"spec": SPEC | {"n_epochs": -1}}, {"spec": SPEC | {"task": "transfer"}},
        {"spec": SPEC | {"device": "cuda"}}, {"spec": SPEC | {"run": "rm -rf"}}, {"spec": SPEC | {"batch_size": 1e999}},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_room_gives_is_refused_in_a_sentence(changes):
    with pytest.raises(ChalknetError, match=r"\.$"):
        ticket.read(packed(**changes))


def test_a_bomb_is_not_unpacked():
    bomb = to_text(zlib.compress(b'{"address": "' + b"a" * 2_000_000, 9))
    assert len(bomb) < 3_000
    with pytest.raises(HandInError, match="not whole"):
        ticket.read(bomb)
    with pytest.raises(HandInError, match="letters"):
        ticket.read("a" * 100_000)
    with pytest.raises(HandInError):
        ticket.read(to_text(zlib.compress(b"[" * 7_000)))


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(to_text), st.binary(max_size=200).map(
    lambda data: to_text(zlib.compress(data)))))  # fmt: skip
def test_whatever_comes_is_a_ticket_or_a_sentence(text):
    with pytest.raises(HandInError, match=r"\.$"):
        ticket.read(text)
