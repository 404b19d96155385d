"""core/training.py against plain loops in the handout's style, and going on from where it was."""


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
from core.specs import DataSpec, MLPSpec
from core.specs.optimizers import CONTESTANTS
from core.training import checkpoints
from core.training.events import BatchEnd, EpochEnd, TrainingBegin, TrainingEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
HANDOUT = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])


class Shuffled(torch.utils.data.Sampler):
    """A new order for each epoch, of a generator of its own (torch's sampler draws twice an epoch)."""

    def __init__(self, n, seed):
        self.n, self.generator = n, torch.Generator().manual_seed(seed)

    def __iter__(self):
        return iter(torch.randperm(self.n, generator=self.generator).tolist())

    def __len__(self):
        return self.n


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
def test_the_perceptrons_losses_are_those_of_the_handouts_loop(small, dataset, seed, new_ears, same_weights):
    spec = small(data={"dataset": dataset, "random_state": seed}, random_state=seed)
    ears = new_ears()
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


def test_the_cnns_losses_are_those_of_the_handouts_loop(tiny_cnn, new_ears, same_weights):
    ears = new_ears()
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
def test_the_same_spec_gives_the_same_losses_and_another_seed_does_not(small, tiny_cnn, kind, new_ears, same_weights):
    spec = small() if kind == "mlp" else tiny_cnn
    first, second, other = new_ears(), new_ears(), new_ears()
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
def test_going_on_from_a_checkpoint_is_as_if_nothing_had_happened(
    small, tiny_cnn, kind, on_disk, tmp_path, new_ears, same_weights
):
    spec = small(n_epochs=4) if kind == "mlp" else tiny_cnn
    whole = new_ears()
    expected = train(spec, whole)
    for epoch in list(whole.checkpoints)[:-1]:
        state = whole.checkpoints[epoch]
        if on_disk:
            checkpoints.save(state, tmp_path / "checkpoint.pt")
            state = checkpoints.load(tmp_path / "checkpoint.pt")
        torch.rand(11)  # whatever happened in between
        rest = new_ears()
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
def test_every_optimizer_goes_on_with_all_that_it_has_kept(small, title, tmp_path, new_ears, same_weights):
    record, variant = CONTESTANTS[title]
    spec = small(optimizer=record(**variant.fixed), n_epochs=2)
    whole, rest = new_ears(), new_ears()
    expected = train(spec, whole)
    checkpoints.save(whole.checkpoints[1], tmp_path / "checkpoint.pt")
    result = train(spec, rest, checkpoint=checkpoints.load(tmp_path / "checkpoint.pt"))
    assert rest.losses == whole.losses[7:]
    assert same_weights(result.model, expected.model)


def test_going_on_from_the_last_epoch_only_judges(small, new_ears, not_more_than):
    """A worker may be killed between its last checkpoint and its result."""
    spec, whole, rest = small(n_epochs=2), new_ears(), new_ears()
    expected = train(spec, whole)
    result = train(spec, rest, should_stop=not_more_than(rest, 50), checkpoint=whole.checkpoints[2])
    assert rest.losses == []
    assert [type(e) for e in rest.events] == [TrainingBegin, TrainingEnd]
    assert (result.status, result.epoch, result.step) == ("done", 2, 14)
    assert result.test_loss == expected.test_loss
    assert np.array_equal(result.probabilities, expected.probabilities)


def test_events_come_in_order_and_tell_the_truth(small, new_ears):
    spec, ears = small(), new_ears()
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


def test_what_listens_does_not_change_the_losses(small, new_ears):
    ears = new_ears()
    train(small(), ears)

    def noisy(event):
        torch.rand(100)
        np.random.default_rng().random(3)

    quiet = new_ears()
    train(small(), lambda event: (noisy(event), quiet(event)))
    assert quiet.losses == ears.losses  # the perceptron draws nothing after its first weights


def test_pictures_that_the_caller_has_are_used(small, new_ears):
    spec = small(n_epochs=1)
    own = datasets.load_for(spec.data.model_copy(update={"random_state": 5}))
    ears, loaded = new_ears(), new_ears()
    train(spec, ears, images=own)
    train(spec.model_copy(update={"data": DataSpec(n_train=200, n_test=100, random_state=5)}), loaded)
    assert ears.losses == loaded.losses


def test_pictures_that_are_not_there_are_named(small):
    with pytest.raises(DatasetError, match="there are: shapes10"):
        train(small(data={"dataset": "moon"}))


def test_fast_arithmetic_trains_and_differs_only_a_little(small, new_ears):
    exact, fast = new_ears(), new_ears()
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
