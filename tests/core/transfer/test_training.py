"""core/transfer.py against plain loops in the tutorial's style: torch, torchvision, and nothing of the lab."""

import copy
import dataclasses

import numpy as np
import pytest
import torch
import torchvision
from torch import nn
from torchvision.transforms import v2

from core import datasets, runs
from core.datasets import DatasetError
from core.engine.worker import execute
from core.specs import AdamSpec, SGDSpec, parse_run_spec
from core.specs.base import SpecError
from core.specs.models import STAGES
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec
from core.training.events import BatchEnd, EpochEnd, TrainingBegin, TrainingEnd
from core.transfer import feature_cache, pretrained
from core.transfer.feature_cache import FeaturesStoppedError
from core.transfer.training import initial_network, network, steps_per_epoch, train_transfer

pytestmark = pytest.mark.usefixtures("home")
CLASSES = ("ring", "star", "cross")
PREPARE = v2.Compose([
    v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
])  # fmt: skip


def buffers(model):
    return {name: tensor for name, tensor in model.state_dict().items() if "running" in name or "num_batches" in name}


class Ears(list):
    def __call__(self, event):
        self.append(copy.deepcopy(event) if isinstance(event, EpochEnd) else event)

    @property
    def losses(self):
        return [event.loss for event in self if isinstance(event, BatchEnd)]

    @property
    def accuracies(self):
        return [event.test_accuracy for event in self if isinstance(event, EpochEnd)]


@pytest.fixture(scope="module")
def published():
    """Weights as somebody else's script would leave them: statistics and all away from their first values."""
    torch.manual_seed(11)
    model = torchvision.models.resnet18(num_classes=5)
    model.train()
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, 3, 32, 32))
    return model.eval()


@pytest.fixture
def weights(home, published):
    return pretrained.keep(published.state_dict(), source="file", title="theirs.pt", owner="ann").spec


@pytest.fixture
def make(weights):
    def spec(**changes):
        data = {"n_train": 200, "n_test": 100, "classes": CLASSES, "per_class": 5} | changes.pop("data", {})
        defaults = {"n_epochs": 2, "batch_size": 8, "n_threads": 1, "weights": weights}
        return TransferSpec(data=PickedDataSpec(**data), **defaults | changes)

    return spec


def plain_loop(spec, model, parameters, to_training_mode):
    """The tutorial's ``train_model``, with the losses kept."""
    torch.set_num_threads(1)
    model.to(memory_format=torch.channels_last)
    images = datasets.load_for(spec.data)
    resize = v2.Resize(spec.side, antialias=True)
    def prepare(pictures):
        batch = resize(torch.stack([PREPARE(np.array(picture)) for picture in pictures]))
        return batch.to(memory_format=torch.channels_last)

    x_train, y_train = prepare(images.train_images), torch.from_numpy(np.array(images.train_labels))
    x_test, y_test = prepare(images.test_images), torch.from_numpy(np.array(images.test_labels))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(parameters, momentum=0.9, fused=True)
    shuffling = torch.Generator().manual_seed(spec.random_state)
    losses, accuracies = [], []
    for _ in range(spec.n_epochs):
        to_training_mode()
        for batch in torch.randperm(len(x_train), generator=shuffling).split(spec.batch_size):
            loss = criterion(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            accuracies.append((model(x_test).argmax(1) == y_test).double().mean().item())
    return losses, accuracies


def their_model(published, spec):
    """As the handout builds it: pretrained, with a new last layer."""
    model = copy.deepcopy(published)
    torch.manual_seed(spec.random_state)
    model.fc = nn.Linear(model.fc.in_features, len(CLASSES))
    return model


@pytest.mark.parametrize(("side", "seed"), [(32, 5), (64, 0)])
def test_the_cached_head_is_the_one_of_the_plain_frozen_loop(make, published, side, seed):
    spec = make(side=side, frozen_stages=5, random_state=seed, n_epochs=3, optimizer=SGDSpec(learning_rate=0.05))
    ears = Ears()
    result = train_transfer(spec, ears)

    model = their_model(published, spec)
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc.requires_grad_(True)
    losses, accuracies = plain_loop(spec, model, [{"params": model.fc.parameters(), "lr": 0.05}], model.eval)

    assert ears.losses == pytest.approx(losses, abs=1e-5)
    assert ears.accuracies == pytest.approx(accuracies, abs=1e-5)
    torch.testing.assert_close(result.model["fc"].weight, model.fc.weight, atol=1e-5, rtol=0)
    torch.testing.assert_close(result.model["fc"].bias, model.fc.bias, atol=1e-5, rtol=0)
    assert result.test_accuracy == pytest.approx(accuracies[-1], abs=1e-5)


@pytest.mark.parametrize("n_frozen", [0, 3])
def test_fine_tuning_is_the_plain_loop_with_two_learning_rates(make, published, n_frozen):
    spec = make(frozen_stages=n_frozen, optimizer=SGDSpec(learning_rate=0.02), backbone_learning_rate=0.003)
    ears = Ears()
    result = train_transfer(spec, ears)

    model = their_model(published, spec)
    frozen = [model.conv1, model.bn1, model.layer1, model.layer2][: n_frozen + 1] if n_frozen else []
    for part in frozen:
        part.requires_grad_(False)

    def to_training_mode():
        model.train()
        for part in frozen:
            part.eval()

    rest = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith("fc")]
    groups = [{"params": model.fc.parameters(), "lr": 0.02}, {"params": rest, "lr": 0.003}]
    losses, _ = plain_loop(spec, model, groups, to_training_mode)
    # Batch norm over 8 single pixels makes much of rounding; a wrong learning rate shows in the first digit
    assert ears.losses[:3] == pytest.approx(losses[:3], rel=0.01)
    for name, tensor in result.model.state_dict().items():
        same = torch.equal(tensor, published.state_dict()[name]) if not name.startswith("fc") else False
        if n_frozen and (name.split(".")[0] in ("conv1", "bn1", "layer1", "layer2")):
            assert same, name
        elif name.endswith("conv1.weight"):
            assert not same, name


def test_from_scratch_one_learning_rate_is_for_all(make):
    spec = make(weights=WeightsSpec(), n_epochs=1, optimizer=AdamSpec(), backbone_learning_rate=1e-9)
    ears = Ears()
    result = train_transfer(spec, ears)
    torch.manual_seed(0)
    first = torchvision.models.resnet18(num_classes=3)
    assert float((result.model.conv1.weight - first.conv1.weight).detach().abs().max()) > 1e-4
    assert spec.strategy == "from scratch"


@pytest.mark.parametrize("n_frozen", [1, 3, 5])
def test_what_is_frozen_stays_bit_for_bit_and_the_trap_moves_statistics(make, published, n_frozen):
    before = published.state_dict()
    own = {"frozen_stages": n_frozen, "n_epochs": 1, "data": {"per_class": 4}}
    left = train_transfer(make(**own, batch_norm_trap=True)).model.state_dict()
    if n_frozen < 5:
        kept = train_transfer(make(**own)).model.state_dict()
        below = [name for name in before if _stage(name) < n_frozen]
        assert below
        assert all(torch.equal(kept[name], before[name]) for name in below)
    for name, tensor in before.items():
        if _stage(name) < n_frozen:
            moves = "running" in name or "num_batches" in name
            assert torch.equal(left[name], tensor) != moves, name


def _stage(name):
    first = name.split(".")[0]
    return 0 if first in ("conv1", "bn1") else STAGES.index(first)


def test_the_head_is_the_same_for_all_strategies(make, weights):
    heads = [
        initial_network(make(frozen_stages=n, weights=source), 3).fc.weight
        for n, source in ((0, WeightsSpec()), (0, weights), (3, weights), (5, weights))
    ]
    assert all(torch.equal(heads[0], head) for head in heads)


def test_the_same_spec_gives_the_same_losses_and_another_seed_others(make):
    spec = make(augmentation=AugmentationSpec(flip=True, crop=True), frozen_stages=4)
    runs_of = []
    for seed in (0, 0, 1):
        ears = Ears()
        train_transfer(spec.model_copy(update={"random_state": seed}), ears)
        runs_of.append(ears.losses)
    assert runs_of[0] == runs_of[1] != runs_of[2]


@pytest.mark.parametrize("n_frozen", [4, 5])
def test_a_run_goes_on_from_its_checkpoint_as_if_nothing_had_happened(make, n_frozen, monkeypatch):
    monkeypatch.setattr("core.transfer.training.CHECKPOINT_SECONDS", 0)
    spec = make(frozen_stages=n_frozen, augmentation=AugmentationSpec(flip=True), n_views=2)
    whole, rest = Ears(), Ears()
    train_transfer(spec, whole)
    (first, _) = (event for event in whole if isinstance(event, EpochEnd))
    train_transfer(spec, rest, checkpoint=first.checkpoint)
    assert isinstance(rest[0], TrainingBegin)
    assert rest[0].epoch == 1
    assert rest.losses == whole.losses[2:]


def test_stopping(make):
    asked = iter([False, False, True])
    ears = Ears()
    spec = make(frozen_stages=4, data={"per_class": 9})
    result = train_transfer(spec, ears, lambda: next(asked, True))
    assert (result.status, result.step) == ("stopped", 3)
    assert isinstance(ears[-2], TrainingEnd | EpochEnd)
    with pytest.raises(FeaturesStoppedError, match="nothing was trained"):
        train_transfer(make(frozen_stages=5, side=64), should_stop=lambda: True)
    assert not list(feature_cache.folder().glob("*")) if feature_cache.folder().exists() else True


@pytest.mark.parametrize(("n", "batch", "steps"), [(21, 8, 3), (9, 8, 1), (17, 8, 2), (8, 8, 1), (1, 8, 1), (3, 8, 1)])
def test_a_lone_picture_joins_the_batch_before_it(n, batch, steps):
    assert steps_per_epoch(n, batch) == steps


def test_a_lone_picture_trains(make):
    ears = Ears()
    train_transfer(make(data={"per_class": 3}, n_epochs=1, frozen_stages=4), ears)  # 9 pictures in batches of 8
    assert [event.n_images for event in ears if isinstance(event, BatchEnd)] == [9]


def test_a_run_folder_gives_the_network_back(make, published):
    for n_frozen in (5, 4):
        run = runs.create(make(frozen_stages=n_frozen), page="transfer", owner="ann")
        assert execute(str(run.folder)) == "done"
        model = network(run, 3)
        images = datasets.load_for(run.spec.data)
        inputs = torch.stack([PREPARE(np.array(picture)) for picture in images.test_images])
        with torch.no_grad():
            odds = model(inputs).softmax(1).numpy()
        np.testing.assert_allclose(odds, run.probabilities(), atol=1e-5)
        assert all(torch.equal(model.state_dict()[n], t) for n, t in buffers(published).items() if _stage(n) < n_frozen)


def test_a_stop_while_features_are_computed_is_no_failure(make):
    run = runs.create(make(frozen_stages=5, side=96), page="transfer", owner="ann")
    (run.folder / "checkpoint.pt").write_bytes(b"")  # past the check before the beginning
    run.request_stop("ann")
    (run.folder / "checkpoint.pt").unlink()
    assert execute(str(run.folder)) == "stopped"


def test_weights_that_are_gone_and_classes_that_are_too_small_are_sentences(make):
    with pytest.raises(pretrained.PretrainedError, match="not on this machine"):
        train_transfer(make(weights=WeightsSpec(source="file", sha256="0" * 64)))
    with pytest.raises(DatasetError, match=r"'ring' of Shapes-10 has \d+ training .* 190 and 1 are needed"):
        train_transfer(make(data={"per_class": 190}))
    with pytest.raises(DatasetError, match="no class 'unicorn'; it has: "):
        train_transfer(make(data={"classes": ("ring", "unicorn")}))
    with pytest.raises(DatasetError, match="two or more"):
        train_transfer(make(data={"classes": ("ring",)}))


def test_a_class_with_one_picture_is_named(make):
    images = datasets.load("shapes10", n_train=200, n_test=100)
    only = np.flatnonzero(images.train_labels == 2)[0]
    keep = np.flatnonzero(images.train_labels != 2)
    chosen = np.append(keep, only)
    poor = dataclasses.replace(
        images, train_images=images.train_images[chosen], train_labels=images.train_labels[chosen]
    )
    with pytest.raises(DatasetError, match=r"has 1 training .* 2 and 1 are needed"):
        poor.of_classes((), None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"side": 50}, "side is 50; allowed is"),
        ({"side": 256}, "side is 256; allowed is a whole number from 32 to 224"),
        ({"frozen_stages": 6}, "frozen_stages is 6; allowed is a whole number from 0 to 5"),
        ({"batch_size": 1}, "batch_size is 1"),
        ({"batch_norm_trap": True}, "nothing is frozen"),
        ({"weights": {"source": "imagenet"}}, "weights.sha256 must be empty for 'random' alone"),
        ({"data": {"per_class": 1}}, "data.per_class is 1; allowed is a whole number from 2"),
        ({"model": {"kind": "mlp"}}, "model.kind is 'mlp'"),
    ],
)
def test_settings_that_no_transfer_run_can_have(settings, said):
    with pytest.raises(SpecError) as caught:
        parse_run_spec({"task": "transfer"} | settings)
    assert said in str(caught.value)


def test_a_spec_comes_back_from_json(make):
    spec = make(frozen_stages=3, augmentation=AugmentationSpec(crop=True))
    assert parse_run_spec(spec.model_dump_json()) == spec
    assert [make(frozen_stages=n).strategy for n in (0, 1, 5)] == [
        "fine-tune all", "freeze up to stem", "freeze all but the head"
    ]  # fmt: skip
