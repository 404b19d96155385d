"""A fold as a run: scikit-learn's score, the lab's events, Stop, and going on from a checkpoint."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.model_selection import cross_val_predict, cross_val_score
from skorch.helper import SliceDataset

from core import runs
from core.crossval import splits as folds
from core.crossval.fold import train_fold
from core.crossval.skorch_net import Pictures, build_net, pictures_for
from core.engine.worker import execute
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, SGDSpec
from core.specs.folds import FoldSpec, LeakSpec
from core.training import evaluation
from core.training.events import BatchEnd, EpochEnd, TrainingBegin, TrainingEnd

SMALL = {
    "data": DataSpec(n_train=200, n_test=100),
    "optimizer": AdamSpec(),
    "n_epochs": 2,
    "batch_size": 32,
    "n_threads": 1,
}
MODELS = {"mlp": MLPSpec(H=16), "cnn": CNNSpec(channels1=4, channels2=4)}


class Listener:
    """Keeps what it hears; checkpoints are copied, as a file would be."""

    def __init__(self):
        self.events, self.checkpoints = [], []

    def __call__(self, event):
        self.events.append(event)
        if isinstance(event, EpochEnd):
            self.checkpoints.append(copy.deepcopy(event.checkpoint))

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def losses(self):
        return [event.loss for event in self.of(BatchEnd)]


@pytest.mark.parametrize(("model", "stratified"), [("mlp", True), ("cnn", False)])
def test_scores_are_those_of_cross_val_score(home, model, stratified):
    spec = FoldSpec(**SMALL, model=MODELS[model], n_folds=3, stratified=stratified, split_seed=1)
    data = pictures_for(spec)
    net, cv = build_net(spec, 10), folds.splitter(spec)
    expected = cross_val_score(net, SliceDataset(data, idx=0), data.labels, cv=cv)
    backwards = [train_fold(spec.model_copy(update={"fold": fold})) for fold in (2, 1, 0)]
    assert [result.test_accuracy for result in reversed(backwards)] == expected.tolist()

    together = np.full((200, 10), np.nan, dtype=np.float32)
    for fold, result in enumerate(reversed(backwards)):
        together[folds.parts(spec.model_copy(update={"fold": fold}), data.labels, range(10)).judged] = (
            result.probabilities
        )
    by_sklearn = cross_val_predict(net, SliceDataset(data, idx=0), data.labels, cv=cv, method="predict_proba")
    np.testing.assert_array_equal(together, by_sklearn)


def test_random_splits_are_those_of_cross_val_score(home):
    spec = FoldSpec(**SMALL, model=MODELS["mlp"], split="random", fold=3)
    data = pictures_for(spec)
    expected = cross_val_score(build_net(spec, 10), SliceDataset(data), data.labels, cv=folds.splitter(spec))
    scores = [train_fold(spec.model_copy(update={"fold": number})).test_accuracy for number in range(4)]
    assert scores == expected.tolist()


def test_part_a_is_skorchs_fit_judged_on_the_test_pictures(home):
    spec = FoldSpec(**SMALL, model=MODELS["cnn"], split="holdout", own_folds=5)
    heard = Listener()
    result = train_fold(spec, heard)
    data = pictures_for(spec)
    given = folds.parts(spec, data.labels, range(10)).fitted
    net = build_net(spec, 10).fit(SliceDataset(data)[given], data.labels[given])
    clean = folds.judged_pictures(spec)
    inputs = torch.from_numpy(clean.test_images.transpose(0, 3, 1, 2)).float().div(255).sub(0.5).div(0.5)
    np.testing.assert_array_equal(net.predict_proba(inputs_of(clean)), result.probabilities)
    with torch.no_grad():
        predicted = net.module_.eval()(inputs).argmax(1).numpy()
    assert result.test_accuracy == (predicted == clean.test_labels).mean()
    assert heard.losses == [loss for epoch in net.history[:, "batches", :, "train_loss"] for loss in epoch]
    (begin,) = heard.of(TrainingBegin)
    assert begin.n_steps_per_epoch == 4  # 200, less 40, less 32: 128 pictures in batches of 32
    assert len(heard.losses) == 8


def inputs_of(images):
    """Test pictures in the shape that a net takes."""
    return SliceDataset(Pictures(replace(images, train_images=images.test_images, train_labels=images.test_labels)))


def test_events_tell_all_that_the_run_store_needs(home):
    spec = FoldSpec(**SMALL, model=MODELS["mlp"])
    heard = Listener()
    result = train_fold(spec, heard)
    kinds = [type(event) for event in heard.events]
    assert kinds[0] is TrainingBegin
    assert kinds[-2:] == [TrainingEnd, EpochEnd]
    assert [event.step for event in heard.of(BatchEnd)] == list(range(1, 11))
    epochs = heard.of(EpochEnd)
    assert [(event.epoch, event.step, event.complete) for event in epochs] == [(1, 5, True), (2, 10, True)]
    for event, losses in zip(epochs, (heard.losses[:5], heard.losses[5:]), strict=True):
        assert event.train_loss == sum(losses) / 5
        assert event.probabilities.shape == (40, 10)
        assert 0 < event.seconds <= result.seconds
    seen = folds.judged_pictures(spec)
    assert epochs[-1].test_accuracy == result.test_accuracy
    assert result.test_accuracy == evaluation.accuracy(result.probabilities, seen.test_labels)
    n_right = sum(event.n_correct for event in heard.of(BatchEnd)[5:])
    assert epochs[-1].train_accuracy == n_right / 160


@pytest.mark.parametrize("model", MODELS)
def test_a_fold_goes_on_from_its_checkpoint_to_the_bit(home, model):
    spec = FoldSpec(**SMALL | {"n_epochs": 3}, model=MODELS[model], split="holdout", own_folds=4)
    whole, rest = Listener(), Listener()
    uninterrupted = train_fold(spec, whole)
    resumed = train_fold(spec, rest, checkpoint=whole.checkpoints[0])
    n = uninterrupted.step // 3
    assert rest.losses == whole.losses[n:]
    assert [event.epoch for event in rest.of(EpochEnd)] == [2, 3]
    np.testing.assert_array_equal(resumed.probabilities, uninterrupted.probabilities)
    judged_again = train_fold(spec, checkpoint=whole.checkpoints[2])
    assert (judged_again.status, judged_again.epoch) == ("done", 3)
    np.testing.assert_array_equal(judged_again.probabilities, uninterrupted.probabilities)


@pytest.mark.parametrize("after", [1, 5, 7])
def test_stop_ends_after_the_present_batch(home, after):
    spec = FoldSpec(**SMALL, model=MODELS["mlp"])
    heard = Listener()
    result = train_fold(spec, heard, lambda: len(heard.losses) >= after)
    assert (result.status, result.step) == ("stopped", after)
    assert len(heard.losses) == after
    assert [event.status for event in heard.of(TrainingEnd)] == ["stopped"]
    assert heard.of(EpochEnd)[-1].complete == (after == 5)
    assert result.probabilities.shape == (40, 10)


def test_a_rate_that_is_too_large_diverges(home):
    changes = {"optimizer": SGDSpec(learning_rate=10, momentum=0), "batch_size": 4}
    heard = Listener()
    result = train_fold(FoldSpec(**SMALL | changes, model=MLPSpec(H=64)), heard)
    assert result.status == "diverged"
    assert np.isnan(heard.losses[-1])
    assert not heard.of(EpochEnd)[-1].complete


def test_the_clean_pictures_are_judged_besides_and_not_scored(home):
    plain = FoldSpec(**SMALL, model=MODELS["mlp"])
    beside = plain.model_copy(update={"judges_test": True})
    alone, both = train_fold(plain), train_fold(beside)
    assert both.probabilities.shape == (140, 10)
    assert both.test_accuracy == alone.test_accuracy
    leak = train_fold(beside.model_copy(update={"leak": LeakSpec(share=0.5)}))
    assert leak.probabilities.shape == (140, 10)


def test_a_fold_is_a_run_folder_as_any_other(home):
    spec = FoldSpec(**SMALL, model=MODELS["mlp"], fold=1)
    run = runs.create(spec, page="crossval", owner="ann")
    assert execute(str(run.folder)) == "done"
    assert run.spec == spec
    assert run.result["test_accuracy"] == train_fold(spec).test_accuracy
    np.testing.assert_array_equal(run.probabilities(), train_fold(spec).probabilities)
    assert len(run.history().epochs) == 2


def test_an_impossible_fold_fails_with_its_sentence(home):
    spec = FoldSpec(**SMALL | {"data": DataSpec(n_train=20, n_test=100)}, model=MODELS["mlp"], n_folds=10)
    run = runs.create(spec, page="crossval", owner="ann")
    assert execute(str(run.folder)) == "failed"
    assert "fewer than K = 10" in run.status.sentence
