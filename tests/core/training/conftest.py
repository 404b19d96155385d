"""What the tests of training share: who listens, a network that is small, and what makes two of them the same."""

import copy

import pytest
import torch

from core.specs import AdamSpec, CNNSpec
from core.training.events import BatchEnd, EpochEnd


class Ears:
    """Keeps every event; a checkpoint's tensors are copied, since the network goes on changing them."""

    def __init__(self):
        self.events = []
        self.checkpoints = {}

    def __call__(self, event):
        self.events.append(event)
        if isinstance(event, EpochEnd) and event.checkpoint is not None:
            self.checkpoints[event.epoch] = copy.deepcopy(event.checkpoint)

    @property
    def losses(self):
        return [event.loss for event in self.events if isinstance(event, BatchEnd)]

    @property
    def epochs(self):
        return [event for event in self.events if isinstance(event, EpochEnd)]


@pytest.fixture(scope="session")
def new_ears():
    """Makes somebody who listens to a training."""
    return Ears


@pytest.fixture(scope="session")
def same_weights():
    """Whether two networks are equal bit for bit."""

    def check(first, second):
        states = first.state_dict(), second.state_dict()
        return all(torch.equal(states[0][name], states[1][name]) for name in states[0] | states[1])

    return check


@pytest.fixture
def tiny_cnn(small):
    """64 pictures, 4 batches an epoch, with dropout and batch norm; Adam."""
    return small(
        data={"n_train": 64, "n_test": 20},
        model=CNNSpec(dropout=0.3),
        optimizer=AdamSpec(),
        batch_size=16,
        n_epochs=2,
    )


@pytest.fixture(scope="session")
def not_more_than():
    """A Stop after so many batches: a test that goes wrong ends all the same."""

    def stop(ears, n):
        return lambda: len(ears.losses) >= n

    return stop
