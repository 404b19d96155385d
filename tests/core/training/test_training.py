"""core/training.py against plain loops in the handout's style, and everything that may end or interrupt a run."""

import copy
import math

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms

from core import datasets
from core.datasets import DatasetError
from core.models import CNN, MultiLayerFCNet
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, SGDSpec
from core.specs.optimizers import CONTESTANTS
from core.training import checkpoints
from core.training.events import BatchEnd, EpochEnd, TrainingBegin, TrainingEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
HANDOUT = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])


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


class Shuffled(torch.utils.data.Sampler):
    """A new order for each epoch, of a generator of its own (torch's sampler draws twice an epoch)."""

    def __init__(self, n, seed):
        self.n, self.generator = n, torch.Generator().manual_seed(seed)

    def __iter__(self):
        return iter(torch.randperm(self.n, generator=self.generator).tolist())

    def __len__(self):
        return self.n


def same_weights(first, second):
    states = first.state_dict(), second.state_dict()
    return all(torch.equal(states[0][name], states[1][name]) for name in states[0] | states[1])


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


def handout_loop(spec, model, optimizer, batches):
    """Question 1 (b), with the losses kept."""
    criterion, losses, averages = nn.CrossEntropyLoss(), [], []
    for _ in range(spec.n_epochs):
        model.train()
        batch_loss = 0
        total_batches = 0
        for images, labels in batches():
            outputs = model(images)
            loss = criterion(outputs, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total_batches += 1
            batch_loss += loss.item()
            losses.append(loss.item())
        averages.append(batch_loss / total_batches)
    return losses, averages


@pytest.mark.parametrize("dataset", ["shapes10", "digits"])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_perceptrons_losses_are_those_of_the_handouts_loop(small, dataset, seed):
    spec = small(data={"dataset": dataset, "random_state": seed}, random_state=seed)
    ears = Ears()
    result = train(spec, ears)

    torch.set_num_threads(spec.n_threads)
    pictures = datasets.load_for(spec.data)
    inputs = torch.stack([HANDOUT(np.array(image)) for image in pictures.train_images])
    train_set = TensorDataset(inputs, torch.from_numpy(np.array(pictures.train_labels)))
    loader = DataLoader(train_set, batch_size=32, sampler=Shuffled(200, seed))
    torch.manual_seed(seed)
    model = MultiLayerFCNet(3072, 16, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)
    losses, averages = handout_loop(
        spec, model, optimizer, lambda: ((x.reshape(-1, 32 * 32 * 3), y) for x, y in loader)
    )

    assert ears.losses == losses
    assert len(losses) == 3 * 7
    assert [epoch.train_loss for epoch in ears.epochs] == averages
    assert same_weights(result.model, model)


def test_the_cnns_losses_are_those_of_the_handouts_loop(tiny_cnn):
    ears = Ears()
    result = train(tiny_cnn, ears)

    pictures = datasets.load_for(tiny_cnn.data)
    inputs = torch.stack([HANDOUT(np.array(image)) for image in pictures.train_images])
    inputs = inputs.to(memory_format=torch.channels_last)
    labels = torch.from_numpy(np.array(pictures.train_labels))
    torch.manual_seed(0)
    order = torch.Generator().manual_seed(0)
    model = CNN(10, dropout=0.3).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def batches():
        return ((inputs[rows], labels[rows]) for rows in torch.randperm(64, generator=order).split(16))

    losses, _ = handout_loop(tiny_cnn, model, optimizer, batches)
    assert ears.losses == losses
    assert same_weights(result.model, model)


def test_the_optimizer_is_the_textbooks(small):
    """Fused or not, the first steps are SGD with momentum as it is written down."""
    spec = small(data={"n_train": 32}, n_epochs=2)
    pictures = datasets.load_for(spec.data)
    x = torch.stack([HANDOUT(np.array(image)) for image in pictures.train_images]).flatten(1)
    y = torch.from_numpy(np.array(pictures.train_labels))
    torch.manual_seed(0)
    model = MultiLayerFCNet(3072, 16, 10)
    speeds = [torch.zeros_like(p) for p in model.parameters()]
    for _ in range(2):  # one batch an epoch, so the order does not matter
        gradients = torch.autograd.grad(nn.functional.cross_entropy(model(x), y), list(model.parameters()))
        for parameter, speed, gradient in zip(model.parameters(), speeds, gradients, strict=True):
            speed.mul_(0.9).add_(gradient)
            parameter.data.sub_(0.01 * speed)
    ours = train(spec).model.state_dict()
    for name, value in model.state_dict().items():
        torch.testing.assert_close(ours[name], value)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_the_same_spec_gives_the_same_losses_and_another_seed_does_not(small, tiny_cnn, kind):
    spec = small() if kind == "mlp" else tiny_cnn
    first, second, other = Ears(), Ears(), Ears()
    torch.rand(3)
    a = train(spec, first)
    torch.rand(5)
    b = train(spec, second)
    train(spec.model_copy(update={"random_state": 1, "n_epochs": 1}), other)
    assert first.losses == second.losses
    assert np.array_equal(a.probabilities, b.probabilities)
    assert same_weights(a.model, b.model)
    assert other.losses[0] != first.losses[0]


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("on_disk", [False, True])
def test_going_on_from_a_checkpoint_is_as_if_nothing_had_happened(small, tiny_cnn, kind, on_disk, tmp_path):
    spec = small(n_epochs=4) if kind == "mlp" else tiny_cnn
    whole = Ears()
    expected = train(spec, whole)
    for epoch in list(whole.checkpoints)[:-1]:
        state = whole.checkpoints[epoch]
        if on_disk:
            checkpoints.save(state, tmp_path / "checkpoint.pt")
            state = checkpoints.load(tmp_path / "checkpoint.pt")
        torch.rand(11)  # whatever happened in between
        rest = Ears()
        result = train(spec, rest, checkpoint=state)
        begin = rest.events[0]
        assert (begin.epoch, begin.step) == (epoch, epoch * begin.n_steps_per_epoch)
        assert begin.seconds == pytest.approx(state["seconds"])
        assert rest.losses == whole.losses[begin.step :]
        assert [e.epoch for e in rest.epochs] == list(range(epoch + 1, spec.n_epochs + 1))
        assert [e.test_loss for e in rest.epochs] == [e.test_loss for e in whole.epochs[epoch:]]
        assert np.array_equal(result.probabilities, expected.probabilities)
        assert same_weights(result.model, expected.model)
        assert result.seconds >= state["seconds"]


@pytest.mark.parametrize("title", CONTESTANTS)
def test_every_optimizer_goes_on_with_all_that_it_has_kept(small, title, tmp_path):
    record, variant = CONTESTANTS[title]
    spec = small(optimizer=record(**variant.fixed), n_epochs=2)
    whole, rest = Ears(), Ears()
    expected = train(spec, whole)
    checkpoints.save(whole.checkpoints[1], tmp_path / "checkpoint.pt")
    result = train(spec, rest, checkpoint=checkpoints.load(tmp_path / "checkpoint.pt"))
    assert rest.losses == whole.losses[7:]
    assert same_weights(result.model, expected.model)


def test_going_on_from_the_last_epoch_only_judges(small):
    """A worker may be killed between its last checkpoint and its result."""
    spec, whole, rest = small(n_epochs=2), Ears(), Ears()
    expected = train(spec, whole)
    result = train(spec, rest, should_stop=_not_more_than(rest, 50), checkpoint=whole.checkpoints[2])
    assert rest.losses == []
    assert [type(e) for e in rest.events] == [TrainingBegin, TrainingEnd]
    assert (result.status, result.epoch, result.step) == ("done", 2, 14)
    assert result.test_loss == expected.test_loss
    assert np.array_equal(result.probabilities, expected.probabilities)


def _not_more_than(ears, n):
    """A brake for a test that would not end otherwise."""
    return lambda: len(ears.losses) >= n


def test_events_come_in_order_and_tell_the_truth(small):
    spec, ears = small(), Ears()
    result = train(spec, ears)
    kinds = [type(event) for event in ears.events]
    epoch = [BatchEnd] * 7 + [EpochEnd]
    assert kinds == [TrainingBegin, *epoch, *epoch, *epoch[:-1], TrainingEnd, EpochEnd]
    begin = ears.events[0]
    assert (begin.n_parameters, begin.n_steps_per_epoch) == (spec.model.n_parameters(10), 7)
    assert (begin.epoch, begin.step, begin.seconds, begin.n_threads) == (0, 0, 0, 1)
    batches = [event for event in ears.events if isinstance(event, BatchEnd)]
    assert [batch.step for batch in batches] == list(range(1, 22))
    assert [batch.n_images for batch in batches] == [32, 32, 32, 32, 32, 32, 8] * 3
    assert all(0 <= batch.n_correct <= batch.n_images for batch in batches)
    for number, epoch in enumerate(ears.epochs, 1):
        of_it = batches[7 * (number - 1) : 7 * number]
        assert (epoch.epoch, epoch.step, epoch.complete) == (number, 7 * number, True)
        assert epoch.train_accuracy == sum(b.n_correct for b in of_it) / 200
        assert epoch.images_per_second > 0
    assert [e.seconds for e in ears.epochs] == sorted(e.seconds for e in ears.epochs)
    assert (result.status, result.epoch, result.step) == ("done", 3, 21)
    last = ears.epochs[-1]
    assert (result.test_loss, result.test_accuracy) == (last.test_loss, last.test_accuracy)


@pytest.mark.parametrize("n_test", [1, 999, 1001])
def test_the_judgement_is_scikit_learns(small, n_test):
    spec = small(data={"n_test": n_test, "n_train": 500}, n_epochs=2)
    result = train(spec)
    labels = datasets.load_for(spec.data).test_labels
    assert result.probabilities.shape == (n_test, 10)
    assert result.probabilities.dtype == np.float32
    np.testing.assert_allclose(result.probabilities.sum(1), 1, atol=1e-5)
    assert result.test_accuracy == accuracy_score(labels, result.probabilities.argmax(1))
    wide = result.probabilities.astype(np.float64)
    expected = log_loss(labels, wide / wide.sum(1, keepdims=True), labels=range(10))
    assert result.test_loss == pytest.approx(expected, rel=1e-4)


def test_judging_leaves_dropout_and_batch_norm_out(tiny_cnn):
    result = train(tiny_cnn)
    assert not result.model.training
    images = datasets.load_for(tiny_cnn.data).test_images
    inputs = torch.stack([HANDOUT(np.array(image)) for image in images])
    with torch.no_grad():
        one_by_one = torch.cat([result.model(picture[None]) for picture in inputs]).softmax(1)
    np.testing.assert_allclose(result.probabilities, one_by_one.numpy(), atol=1e-4)


@pytest.mark.parametrize("n_batches", [1, 3, 7, 10])
def test_stop_comes_after_the_batch_and_keeps_the_network(small, n_batches):
    whole, ears = Ears(), Ears()
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
    again = Ears()
    same = train(small(n_epochs=1000), again, should_stop=lambda: len(again.losses) >= n_batches)
    assert same_weights(result.model, same.model)
    untouched = train(small(), should_stop=lambda: True)
    assert n_batches == 1 or not same_weights(result.model, untouched.model)


def test_stop_while_the_test_pictures_are_judged_is_heard(small):
    """Judging 10,000 pictures takes seconds: the stop must not wait for it to be noticed."""
    ears = Ears()
    asked = []

    def stop_after_seven_batches_and_then_some():
        asked.append(len(ears.losses))
        return asked.count(7) == 2  # once after the batch, the second time while judging

    result = train(small(data={"n_test": 1500}), ears, should_stop=stop_after_seven_batches_and_then_some)
    assert (result.status, result.step) == ("stopped", 7)
    assert [type(e) for e in ears.events[-2:]] == [TrainingEnd, EpochEnd]
    assert len(result.probabilities) == 1500


def test_the_clock_ends_a_run_as_done(small):
    ears = Ears()
    result = train(small(n_epochs=1000, max_seconds=1e-6), ears)
    assert (result.status, result.step) == ("done", 1)
    assert not ears.epochs[-1].complete
    longer = train(small(n_epochs=1000, max_seconds=0.3))
    assert longer.status == "done"
    assert longer.seconds >= 0.3
    assert longer.step > 1
    assert train(small(n_epochs=1, max_seconds=3600)).step == 7


def test_the_clock_counts_earlier_sittings(small):
    ears = Ears()
    train(small(), ears)
    state = ears.checkpoints[1] | {"seconds": 50.0}
    assert train(small(n_epochs=1000, max_seconds=49), checkpoint=state).step == 8


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_a_learning_rate_that_is_too_large_diverges(small, tiny_cnn, kind):
    if kind == "mlp":
        spec = small(model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=10, momentum=0), batch_size=4)
    else:
        spec = tiny_cnn.model_copy(update={"optimizer": SGDSpec(learning_rate=10), "n_epochs": 20})
    ears = Ears()
    result = train(spec, ears)
    assert result.status == "diverged"
    assert not math.isfinite(ears.losses[-1])
    assert all(math.isfinite(loss) for loss in ears.losses[:-1])
    last = ears.epochs[-1]
    assert (last.complete, last.checkpoint) == (False, None)
    assert [e.status for e in ears.events if isinstance(e, TrainingEnd)] == ["diverged"]
    assert 0 <= result.test_accuracy <= 1


def test_divergence_in_the_last_batch_of_an_epoch_is_no_whole_epoch(small):
    optimizer = SGDSpec(learning_rate=10, momentum=0)
    spec, ears = small(data={"n_train": 4}, model=MLPSpec(H=64), optimizer=optimizer, n_epochs=1000), Ears()
    result = train(spec, ears, should_stop=_not_more_than(ears, 500))  # one batch an epoch
    assert result.status == "diverged"
    assert not ears.epochs[-1].complete
    assert max(ears.checkpoints) == result.epoch == result.step - 1


def test_what_listens_does_not_change_the_losses(small):
    ears = Ears()
    train(small(), ears)

    def noisy(event):
        torch.rand(100)
        np.random.default_rng().random(3)

    quiet = Ears()
    train(small(), lambda event: (noisy(event), quiet(event)))
    assert quiet.losses == ears.losses  # the perceptron draws nothing after its first weights


def test_pictures_that_the_caller_has_are_used(small):
    spec = small(n_epochs=1)
    own = datasets.load_for(spec.data.model_copy(update={"random_state": 5}))
    ears, loaded = Ears(), Ears()
    train(spec, ears, images=own)
    train(spec.model_copy(update={"data": DataSpec(n_train=200, n_test=100, random_state=5)}), loaded)
    assert ears.losses == loaded.losses


def test_pictures_that_are_not_there_are_named(small):
    with pytest.raises(DatasetError, match="there are: shapes10"):
        train(small(data={"dataset": "moon"}))


def test_fast_arithmetic_trains_and_differs_only_a_little(small):
    exact, fast = Ears(), Ears()
    train(small(), exact)
    result = train(small(precision="bfloat16"), fast)
    assert result.status == "done"
    assert fast.losses != exact.losses
    np.testing.assert_allclose(fast.losses, exact.losses, rtol=0.03)
    assert all(p.dtype == torch.float32 for p in result.model.parameters())


def test_it_learns(small):
    """The digits are easy: a loop that only looked right would not get there."""
    spec = small(data={"dataset": "digits", "n_train": 1000, "n_test": 300}, model=MLPSpec(H=64), n_epochs=10)
    assert train(spec).test_accuracy > 0.85
