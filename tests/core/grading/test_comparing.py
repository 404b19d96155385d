"""The rule that tells rounding from another seed and from what was edited."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.grading.claims import ClaimedRun, Epoch
from core.grading.comparing import Noise, compare, is_near, noise_of, nudged
from core.grading.retraining import Order, Retrained, train_all
from core.specs import AdamSpec, DataSpec, EarlierSpec, SGDSpec
from tests.core.grading.conftest import spec_of

EPOCHS = (Epoch(1, 2.2, 2.1, 0.3), Epoch(2, 1.9, 1.8, 0.4))
CAME = Retrained("done", EPOCHS, 100)
CALM = Noise((1e-8, 1e-7), (1e-8, 1e-7), (0.0, 0.0))


def claim(*epochs, status="done", seed=1):
    return ClaimedRun("id", spec_of(seed), status, epochs)


def moved(name, by, epoch=1):
    epochs = list(EPOCHS)
    epochs[epoch] = replace(epochs[epoch], **{name: getattr(epochs[epoch], name) + by})
    return claim(*epochs)


def kind(run, came=CAME, noise=CALM, *, same=False):
    return compare(run, came, noise, is_same_machine=same).kind


def test_to_the_last_bit():
    assert kind(claim(*EPOCHS), same=True) == "exactly"
    assert kind(moved("train_loss", math.ulp(1.9))) == "noise"
    assert compare(moved("train_loss", math.ulp(1.9)), CAME, CALM, is_same_machine=True).is_odd


@pytest.mark.parametrize(
    ("name", "by"),
    [("train_loss", -0.1), ("train_loss", 2e-4), ("test_loss", 0.01), ("test_accuracy", 0.05),
     ("train_loss", math.nan), ("test_accuracy", math.inf)],
)  # fmt: skip
def test_what_noise_does_not_explain(name, by):
    assert kind(moved(name, by)) == "differs"
    assert not is_near(moved(name, by), CAME)


def test_what_has_more_noise_is_allowed_more():
    grown = Noise((1e-8, 0.02), (1e-8, 0.02), (0.0, 0.03))
    assert kind(moved("train_loss", 0.1), noise=grown) == "noise"
    assert kind(moved("train_loss", 0.1, epoch=0), noise=grown) == "differs"  # there it has not grown yet
    assert kind(moved("train_loss", 0.4), noise=grown) == "differs"
    assert kind(moved("test_accuracy", 0.3), noise=grown) == "differs"


def test_another_length_and_another_end():
    assert kind(claim(EPOCHS[0])) == "differs"
    assert kind(claim(*EPOCHS, status="diverged")) == "differs"
    assert kind(claim(*EPOCHS), Retrained("diverged", EPOCHS, 100)) == "differs"
    assert kind(claim(EPOCHS[0], status="diverged"), Retrained("diverged", EPOCHS, 100)) == "noise"
    assert kind(claim(*EPOCHS), Retrained(error="No pictures.")) == "not trained"


NUMBERS = st.floats() | st.sampled_from([0.0, 2.2, 0.3])
ANY_EPOCH = st.builds(Epoch, st.just(1), NUMBERS, NUMBERS, NUMBERS)


@given(ANY_EPOCH, ANY_EPOCH, ANY_EPOCH)
def test_any_numbers_are_compared_without_an_error(claimed, came, other):
    trained = Retrained("done", (came,), 100)
    noise = noise_of(trained, [Retrained("done", (other,), 100)])
    assert compare(claim(claimed), trained, noise, is_same_machine=False).said


@pytest.mark.parametrize("optimizer", [SGDSpec(learning_rate=0.01), SGDSpec(learning_rate=10), AdamSpec()])
def test_a_nudge_moves_the_learning_rate_alone_and_stays_in_its_range(optimizer):
    order = Order(spec_of(1, optimizer=optimizer))
    for one in nudged(order):
        rate = one.spec.optimizer.learning_rate
        assert 0 < abs(rate / optimizer.learning_rate - 1) < 2e-4
        assert one.spec.model_copy(update={"optimizer": optimizer}) == order.spec


def test_the_epochs_before_a_branch_are_nudged_too():
    earlier = EarlierSpec(until_epoch=1, optimizer=SGDSpec(learning_rate=0.1))
    for one in nudged(Order(spec_of(1, earlier=(earlier,)))):
        assert one.spec.earlier[0].optimizer.learning_rate != 0.1


def test_other_seeds_are_told_apart_and_rounding_is_not(module_home):
    """With a calm rate: each seed's run held against each other's, and against its own with sums split by two threads.

    Larger networks than those of a moment: sums of the smallest are not split at all.
    """
    data = DataSpec(n_train=500, n_test=200)
    calm = {"data": data, "optimizer": SGDSpec(learning_rate=0.01), "n_epochs": 3}
    orders = {seed: Order(spec_of(seed, **calm)) for seed in range(3)}
    split = {seed: Order(one.spec.model_copy(update={"n_threads": 2})) for seed, one in orders.items()}
    wanted = [*orders.values(), *split.values(), *(one for order in orders.values() for one in nudged(order))]
    came = train_all(wanted)
    for seed, order in orders.items():
        noise = noise_of(came[order], [came[one] for one in nudged(order)])
        for other, theirs in orders.items():
            said = compare(claim(*came[theirs].epochs), came[order], noise, is_same_machine=False)
            assert said.kind == ("exactly" if other == seed else "differs"), said
        assert compare(claim(*came[split[seed]].epochs), came[order], noise, is_same_machine=False).is_confirmed
