"""core/runs/status.py: what is said of a run that diverged can be followed, and works."""

import pytest

from core.runs.status import diverged_sentence
from core.specs import CNNSpec, SGDSpec
from core.specs.optimizers import RECORDS
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


def advised(spec):
    """The learning rate that the sentence names last."""
    words = diverged_sentence(spec).split("Try ")[-1].split("try ")[-1]
    return float(words.split(",")[0].split(":")[0].split(" ")[0].rstrip("."))


@pytest.mark.parametrize("momentum", [0.0, 0.9, 0.99])
@pytest.mark.parametrize("rate", [10.0, 1.0])
def test_the_rate_that_is_advised_does_not_diverge(small, rate, momentum):
    """At a rate of 10 it said "Try 1", which diverges too."""
    wild = small(data={"n_train": 400}, optimizer=SGDSpec(learning_rate=rate, momentum=momentum), n_epochs=8)
    calm = wild.model_copy(update={"optimizer": SGDSpec(learning_rate=advised(wild), momentum=momentum)})
    assert calm.optimizer.learning_rate < rate
    begin = []
    result = train(calm, lambda event: begin.append(getattr(event, "loss", None)))
    assert result.status == "done"
    assert result.test_loss < next(loss for loss in begin if loss is not None)  # and it has learnt something


def test_the_cnn_can_follow_it_too(small):
    wild = small(data={"n_train": 128}, model=CNNSpec(channels1=4, channels2=4), optimizer=SGDSpec(learning_rate=10))
    assert train(wild.model_copy(update={"n_epochs": 10})).status == "diverged"
    calm = wild.model_copy(update={"optimizer": SGDSpec(learning_rate=advised(wild)), "n_epochs": 10})
    assert train(calm).status == "done"


@pytest.mark.parametrize("record", RECORDS)
def test_the_advice_is_a_smaller_rate_and_says_where_it_comes_from(small, record):
    wild = diverged_sentence(small(optimizer=record(learning_rate=10.0)))
    assert wild.startswith("Diverged: the loss is no longer a number. The learning rate 10 ")
    assert f", which {record.torch_class} is most often used with." in wild
    usual = small(optimizer=record(learning_rate=record.usual_rate))
    assert advised(usual) == pytest.approx(record.usual_rate / 10)
    assert "something else may be to blame" in diverged_sentence(usual)


def test_a_momentum_that_adds_up_more_steps_is_named(small):
    spec = small(optimizer=SGDSpec(learning_rate=0.01, momentum=0.99))
    assert advised(spec) == 0.001
    assert "adds up about 100 steps" in diverged_sentence(spec)
