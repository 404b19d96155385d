"""core/training: everything that may end or interrupt a run: Stop, the clock, a loss that is no number."""

import math

import numpy as np
import pytest

from core.specs import MLPSpec, SGDSpec
from core.training.events import BatchEnd, EpochEnd, TrainingEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize("n_batches", [1, 3, 7, 10])
def test_stop_comes_after_the_batch_and_keeps_the_network(small, n_batches, new_ears, same_weights):
    whole, ears = new_ears(), new_ears()
    train(small(), whole)
    result = train(small(), ears, should_stop=lambda: len(ears.losses) >= n_batches)
    assert ears.losses == whole.losses[:n_batches]
    assert (result.status, result.step, result.epoch) == ("stopped", n_batches, n_batches // 7)
    ends = [event for event in ears.events if isinstance(event, TrainingEnd)]
    assert [(end.status, end.step) for end in ends] == [("stopped", n_batches)]
    last = ears.epochs[-1]
    assert last.complete == (n_batches % 7 == 0)
    assert (last.checkpoint is None) == (not last.complete)
    assert last.epoch == math.ceil(n_batches / 7)

    # the network as it is after so many batches: one epoch's first batches and no more
    again = new_ears()
    same = train(small(n_epochs=1000), again, should_stop=lambda: len(again.losses) >= n_batches)
    assert same_weights(result.model, same.model)
    untouched = train(small(), should_stop=lambda: True)
    assert n_batches == 1 or not same_weights(result.model, untouched.model)


def test_stop_while_the_test_pictures_are_judged_is_heard(small, new_ears):
    """Judging 10,000 pictures takes seconds: the stop must not wait for it to be noticed."""
    ears = new_ears()
    asked = []

    def stop_after_seven_batches_and_then_some():
        asked.append(len(ears.losses))
        return asked.count(7) == 2  # once after the batch, the second time while judging

    result = train(small(data={"n_test": 1500}), ears, should_stop=stop_after_seven_batches_and_then_some)
    assert (result.status, result.step) == ("stopped", 7)
    assert [type(e) for e in ears.events[-2:]] == [TrainingEnd, EpochEnd]
    assert len(result.probabilities) == 1500


def test_the_clock_ends_a_run_as_done(small, new_ears):
    ears = new_ears()
    result = train(small(n_epochs=1000, max_seconds=1e-6), ears)
    assert (result.status, result.step) == ("done", 1)
    assert not ears.epochs[-1].complete
    longer = train(small(n_epochs=1000, max_seconds=0.3))
    assert longer.status == "done"
    assert longer.seconds >= 0.3
    assert longer.step > 1
    assert train(small(n_epochs=1, max_seconds=3600)).step == 7


def test_the_clock_counts_earlier_sittings(small, new_ears):
    ears = new_ears()
    train(small(), ears)
    state = ears.checkpoints[1] | {"seconds": 50.0}
    assert train(small(n_epochs=1000, max_seconds=49), checkpoint=state).step == 8


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_a_learning_rate_that_is_too_large_diverges(small, tiny_cnn, kind, new_ears):
    if kind == "mlp":
        spec = small(model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=10, momentum=0), batch_size=4)
    else:
        spec = tiny_cnn.model_copy(update={"optimizer": SGDSpec(learning_rate=10), "n_epochs": 20})
    ears = new_ears()
    result = train(spec, ears)
    assert result.status == "diverged"
    # A batch's loss tells, or else the test pictures after the last batch of an epoch
    assert not math.isfinite(ears.losses[-1]) or not np.isfinite(result.probabilities).all()
    assert all(math.isfinite(loss) for loss in ears.losses[:-1])
    last = ears.epochs[-1]
    assert (last.complete, last.checkpoint) == (False, None)
    assert [e.status for e in ears.events if isinstance(e, TrainingEnd)] == ["diverged"]
    assert math.isnan(result.test_accuracy)
    assert math.isnan(last.test_accuracy)


def wrecked_by_its_last_step(small):
    """One epoch whose batches all have a loss; only the last step makes the weights no numbers."""
    wild = SGDSpec(learning_rate=10, momentum=0.99)
    for n_train in range(128, 512, 16):
        data, model = {"n_train": n_train, "n_test": 50}, MLPSpec(H=128)
        spec = small(data=data, model=model, optimizer=wild, n_epochs=1, batch_size=32)
        losses = []
        result = train(spec, lambda event, into=losses: isinstance(event, BatchEnd) and into.append(event.loss))
        if all(math.isfinite(loss) for loss in losses) and np.isnan(result.probabilities).any():
            return spec
    pytest.fail("no such run was found")


def test_weights_that_the_last_step_made_no_numbers_have_diverged(small, new_ears):
    """No batch's loss tells of them: the network was "done", with the share of its first class as accuracy."""
    spec, ears = wrecked_by_its_last_step(small), new_ears()
    result = train(spec, ears)
    assert (result.status, result.epoch) == ("diverged", 0)
    assert math.isnan(result.test_accuracy)
    assert math.isnan(result.test_loss)
    (epoch,) = ears.epochs
    assert (epoch.complete, epoch.checkpoint) == (False, None)
    assert math.isnan(epoch.test_accuracy)
    assert [e.status for e in ears.events if isinstance(e, TrainingEnd)] == ["diverged"]

    # in the middle of a run it ends there, and nothing goes on from such weights
    longer = new_ears()
    assert train(spec.model_copy(update={"n_epochs": 5}), longer).status == "diverged"
    assert longer.losses == ears.losses
    assert not longer.checkpoints


def test_who_stops_a_wrecked_run_or_lets_the_clock_end_it_learns_that_it_diverged(small, new_ears):
    spec, ears = wrecked_by_its_last_step(small), new_ears()
    n = len(range(0, spec.data.n_train, spec.batch_size))
    result = train(spec.model_copy(update={"n_epochs": 9}), ears, should_stop=lambda: len(ears.losses) >= n)
    assert result.status == "diverged"
    assert [e.status for e in ears.events if isinstance(e, TrainingEnd)] == ["stopped", "diverged"]


def test_a_checkpoint_of_wrecked_weights_is_judged_as_diverged(small, new_ears):
    """As an earlier version of the lab kept them: killed between the last epoch and the result."""
    spec, ears = small(n_epochs=1), new_ears()
    train(spec, ears)
    state = ears.checkpoints[1]
    next(iter(state["model"].values())).fill_(math.nan)
    again = train(spec, checkpoint=state)
    assert (again.status, again.step) == ("diverged", 7)
    assert math.isnan(again.test_accuracy)


def test_divergence_in_the_last_batch_of_an_epoch_is_no_whole_epoch(small, new_ears, not_more_than):
    optimizer = SGDSpec(learning_rate=10, momentum=0)
    spec, ears = small(data={"n_train": 4}, model=MLPSpec(H=64), optimizer=optimizer, n_epochs=1000), new_ears()
    result = train(spec, ears, should_stop=not_more_than(ears, 500))  # one batch an epoch
    assert result.status == "diverged"
    assert not ears.epochs[-1].complete
    assert max(ears.checkpoints) == result.epoch == result.step - 1
