"""A vote's trainings that are watched: the same numbers as unwatched, and the curves are those that were trained."""

import math

import pytest

from core.specs import MLPSpec, SGDSpec
from core.votes import bank
from core.votes.trained import accuracy
from core.votes.transferred import FIRST_TASK, SCRATCH
from core.votes.watched import Watched, watching

pytestmark = pytest.mark.usefixtures("home")


def train(n_epochs=3):
    return accuracy("digits", MLPSpec(H=8), SGDSpec(), n_train=100, n_test=100, n_epochs=n_epochs, random_state=0,
                    name="small")  # fmt: skip


def test_to_be_watched_changes_nothing_and_shows_what_was_trained():
    watched = Watched()
    with watching(watched):
        score = train()
    assert score == train()
    (curve,) = watched.series()
    assert curve.name == "small"
    assert curve.epochs["epochs"] == [1, 2, 3]
    assert 100 * curve.epochs["test_accuracy"][-1] == pytest.approx(score)
    assert len(curve.batches["batch_loss"]) == 3 * math.ceil(100 / 32)
    assert watched.now == ("small", 1.0)


def test_who_does_not_watch_hears_nothing():
    watched = Watched()
    with watching(watched):
        pass
    train(1)
    assert (watched.series(), watched.now) == ([], ("", 0.0))


def test_votes_that_compare_trainings_show_each_by_its_option():
    watched = Watched()
    vote = bank.vote("optim-rate-1")
    with watching(watched):
        ran = vote.run()
    names = {one.name for one in watched.series()}
    assert names <= {option.text for option in vote.options}
    assert names == {one.name for one in ran.outcome.measured}


def test_the_two_tasks_of_a_transfer_are_told_apart():
    watched = Watched()
    vote = next(one for one in bank.votes_of("transfer") if one.has_luck and one.seconds)
    with watching(watched):
        vote.run()
    assert [one.name for one in watched.series()][:2] == [FIRST_TASK, SCRATCH]
