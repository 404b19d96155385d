"""A result in an address: what arrives is what was computed, bit for bit; what was made up is a sentence."""

import base64
import contextlib
import json
import math
import struct
from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import runs
from core.engine.worker import execute
from core.lab.version import LAB_VERSION
from core.rooms.handed import sign
from core.runs import snapshots
from core.runs.history import History
from core.specs import MLPSpec, SGDSpec
from core.specs.folds import FoldSpec
from core.together import own_result
from core.together.own_result import MOST_LINK
from core.together.packed import HandInError, from_text, to_text
from core.together.ticket import Ticket


@pytest.fixture(scope="module")
def trained(module_home, small):
    """A run, trained as a lab trains it."""

    def train(spec):
        run = runs.create(spec, page="room", owner="me")
        execute(str(run.folder))
        return snapshots.read(run)

    return train


@pytest.fixture(scope="module")
def done(trained, small):
    return trained(small(optimizer=SGDSpec(learning_rate=0.05)))


def ticket_of(spec, address="http://10.0.0.2:8501"):
    return Ticket(address, "k7mpx", 3, 2, bytes(range(32)), "learning rate", "0.05", spec)


def test_every_figure_arrives_bit_for_bit(done):
    text, spacing = own_result.write(done, ticket_of(done.spec))
    claim, result = own_result.read(text)
    assert (spacing, result.is_thinned, result.status) == (1, False, "done")
    assert (claim.code, claim.number, claim.part) == ("k7mpx", 3, 2)
    assert claim.signature == sign(bytes(range(32)), claim.body)
    assert list(result.losses) == list(done.history.losses)
    assert len(result.losses) == result.n_steps == 21
    assert (result.test_accuracy, result.test_loss) == (done.accuracy, done.result["test_loss"])
    last = list(done.history.losses)[-4:]  # a fifth of 21
    assert result.end_loss == sum(last) / 4
    for mine, epoch in zip(result.epochs, done.history.epochs, strict=True):
        assert mine == {name: epoch[name] for name in mine}
    assert (result.n_threads, result.precision, result.lab, result.n_judged) == (1, "float32", LAB_VERSION, 100)
    assert result.key == own_result.key_of(done.spec)


def test_the_format_is_what_its_head_says(done):
    """Read here with the standard library alone."""
    text, _ = own_result.write(done, ticket_of(done.spec))
    body, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split("."))
    line, rest = body.split(b"\n", 1)
    head = json.loads(line)
    n = 4 + 4 * head["n_epochs"]
    assert struct.unpack_from("<4d", rest)[2] == done.accuracy
    assert list(struct.unpack_from(f"<{head['n_steps']}f", rest, 8 * n)) == list(done.history.losses)
    assert len(signature) == 32


def test_a_fold_travels_too(trained, small):
    base = small()
    now = trained(FoldSpec(data=base.data, model=base.model, n_epochs=2, n_folds=3, fold=1))
    _, result = own_result.read(own_result.write(now, ticket_of(now.spec))[0])
    assert (result.test_accuracy, list(result.losses)) == (now.accuracy, list(now.history.losses))


def test_a_run_that_diverged_says_so_and_no_figure(trained, small):
    now = trained(small(model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=10, momentum=0), batch_size=4))
    assert now.status.name == "diverged"
    _, result = own_result.read(own_result.write(now, ticket_of(now.spec))[0])
    assert (result.status, result.epochs) == ("diverged", ())
    assert math.isnan(result.test_accuracy)
    assert math.isnan(result.end_loss)
    assert result.losses[0] == now.history.losses[0]
    assert all(map(math.isfinite, result.losses))


@given(n=st.integers(1, 40_000), seed=st.integers(0, 9), single=st.booleans(), long=st.booleans())
def test_of_any_length_the_link_is_short_and_the_figures_are_of_all(done, n, seed, single, long):
    losses = np.random.default_rng(seed).exponential(size=n)
    losses = losses.astype(np.float32 if single else np.float64)
    history = replace(done.history, losses=array("d", losses.astype(np.float64).tolist()))
    ticket = ticket_of(done.spec, f"https://{'a' * 250}" if long else "http://10.0.0.2:8501")
    text, spacing = own_result.write(replace(done, history=history), ticket)
    assert len(ticket.link(text)) <= MOST_LINK
    _, result = own_result.read(text)
    assert list(result.losses) == list(losses[::spacing])
    assert result.end_loss == history.end_loss
    assert result.n_steps == n
    assert result.is_thinned == (spacing > 1)
    if spacing > 1:  # no more is left out than has to be
        assert len(ticket.link(text)) > MOST_LINK / 2 - 500


def test_the_usual_run_of_a_class_is_not_thinned(done):
    """Two epochs of 5,000 pictures in batches of 32."""
    history = replace(done.history, losses=array("d", np.ones(314, np.float32).tolist()))
    assert own_result.write(replace(done, history=history), ticket_of(done.spec))[1] == 1


def test_the_loss_at_the_end_is_the_mean_of_the_last_fifth():
    for n in (1, 4, 5, 9, 10, 314):
        losses = [1 / (i + 1) for i in range(n)]
        last = losses[-max(1, n // 5) :]
        assert History(losses=losses).end_loss == sum(last) / len(last)
    assert math.isnan(History().end_loss)


def test_what_did_not_come_to_its_end_or_is_another_run_is_not_handed_in(done, small, home):
    with pytest.raises(HandInError, match="other settings"):
        own_result.write(done, ticket_of(small()))
    waits = snapshots.read(runs.create(done.spec, page="room", owner="me"))
    with pytest.raises(HandInError, match="did not come to its end"):
        own_result.write(waits, ticket_of(done.spec))
    waits.run.write_status("stopped")
    with pytest.raises(HandInError, match="did not come to its end"):
        own_result.write(snapshots.read(waits.run), ticket_of(done.spec))


@pytest.fixture(scope="module")
def body(done):
    return from_text(own_result.write(done, ticket_of(done.spec))[0].split(".")[0])


def changed(body, **changes):
    line, rest = body.split(b"\n", 1)
    return json.dumps(json.loads(line) | changes).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2}, {"room": "../etc"}, {"number": "3"}, {"part": -1}, {"key": "0"}, {"status": "running"},
        {"n_steps": 0}, {"n_steps": 10**30}, {"n_steps": 22}, {"n_steps": 10**8}, {"spacing": 0}, {"spacing": 2},
        {"width": 16}, {"width": 8}, {"n_epochs": 51}, {"n_epochs": 2}, {"n_epochs": -1}, {"n_judged": 1.5},
        {"n_threads": 0}, {"precision": "float16"}, {"lab": "<script>"}, {"lab": ""}, {"made": None}, {"more": 1},
        {"status": "diverged", "n_epochs": 10**9},
    ],
    ids=str,
)  # fmt: skip
def test_a_head_that_no_lab_writes_is_refused(body, changes):
    with pytest.raises(HandInError, match=r"\.$"):
        own_result.read(f"{to_text(changed(body, **changes))}.AAAA")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_figures_and_losses_are_numbers(body, value):
    line, rest = body.split(b"\n", 1)
    figures, losses = rest[: 8 * 16], rest[8 * 16 :]
    for place in range(16):
        bad = figures[: 8 * place] + struct.pack("<d", value) + figures[8 * place + 8 :]
        with pytest.raises(HandInError, match="no numbers"):
            own_result.read(f"{to_text(line + chr(10).encode() + bad + losses)}.AAAA")
    bad_losses = losses[:4] + struct.pack("<f", value) + losses[8:]
    with pytest.raises(HandInError, match="no numbers"):
        own_result.read(f"{to_text(line + chr(10).encode() + figures + bad_losses)}.AAAA")


def test_too_long_is_refused_before_anything_is_unpacked():
    with pytest.raises(HandInError, match="10,000,000 letters"):
        own_result.read("a" * 10_000_000)
    with pytest.raises(HandInError):
        own_result.read(to_text(b"[" * 4_000) + ".AAAA")


@given(st.one_of(
    st.text(max_size=300),
    st.tuples(st.binary(max_size=300), st.binary(max_size=40)).map(lambda two: ".".join(map(to_text, two))),
))  # fmt: skip
def test_whatever_comes_is_a_sentence(text):
    with pytest.raises(HandInError, match=r"\.$"):
        own_result.read(text)


@given(st.data())
def test_a_body_that_was_cut_or_changed_anywhere_raises_nothing_else(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    made = body[:place] + data.draw(st.binary(max_size=8)) + body[place + data.draw(st.integers(0, 8)) :]
    with contextlib.suppress(HandInError):
        own_result.read(f"{to_text(made)}.AAAA")
