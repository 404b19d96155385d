"""Both modes, against a plain loop in torch."""

import copy

import numpy as np
import pytest
import torch

from core.inside import inspection
from core.inside.both_modes import MOST, BothModes, ModePoint, both_modes, said_of_modes, sizes_for
from core.lab.jobs import JobStoppedError
from core.lab.rates import Rate
from core.models import build_model
from core.specs import CNNSpec


@pytest.fixture
def pictures():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8), rng.integers(0, 10, 40)


@pytest.fixture
def network():
    torch.manual_seed(0)
    model = build_model(CNNSpec(channels1=6, channels2=10, dropout=0), 10)
    with torch.no_grad():
        model.train()(torch.rand(16, 3, 32, 32))
    return model.eval()


def test_each_point_is_that_of_a_plain_loop_and_the_network_stays(network, pictures):
    images, labels = pictures
    before = copy.deepcopy(network.state_dict())
    judged = both_modes(network, images, labels, random_state=0)
    inputs = inspection.to_input(images)
    with torch.no_grad():
        in_eval = network(inputs).argmax(1).numpy()
        for point in judged.in_train:
            plain = copy.deepcopy(network).train()
            found = torch.cat([plain(part) for part in inputs.split(point.batch_size)]).argmax(1).numpy()
            assert point.rate == Rate(int((found == labels).sum()), 40)
            assert point.n_changed == (found != in_eval).sum()
            assert point.moved > 0
    assert judged.in_eval == Rate(int((in_eval == labels).sum()), 40)
    assert [point.batch_size for point in judged.in_train] == [1, 2, 8, 32, 40]
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert not network.training
    assert both_modes(network, images, labels, random_state=0) == judged


def test_without_batch_norm_and_dropout_the_modes_are_one(pictures):
    model = build_model(CNNSpec(channels1=6, channels2=10, batch_norm=False, dropout=0), 10)
    judged = both_modes(model, *pictures, random_state=0)
    assert {(point.n_changed, point.moved) for point in judged.in_train} == {(0, 0.0)}
    assert said_of_modes(judged).endswith("in train() mode every predicted class is the same.")


def test_few_pictures_by_small_batches():
    assert sizes_for(5_000) == MOST
    assert sizes_for(100) == {1: 80, 2: 80, 8: 100, 32: 100, 100: 100}
    assert sizes_for(1) == {1: 1}


def test_it_counts_and_can_be_stopped(network, pictures):
    told = []
    both_modes(network, *pictures, random_state=0, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (240, 240)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    with pytest.raises(JobStoppedError):
        both_modes(network, *pictures, random_state=0, should_stop=lambda: len(told) > 0)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (Rate(8, 80), "eval() mode: 70.0% right. train() mode with batches of 1: only 8 of 80."),
        (Rate(55, 80), "eval() mode: 70.0% right. train() mode changes answers; of so few pictures no loss of "
                       "accuracy can be told."),
    ],
)  # fmt: skip
def test_the_sentence_claims_a_loss_only_where_the_intervals_lie_apart(rate, said):
    assert said_of_modes(BothModes(Rate(700, 1000), (ModePoint(1, rate, 3, 0.1),))) == said
