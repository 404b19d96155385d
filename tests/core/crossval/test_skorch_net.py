"""The lab's net against skorch's own classifier with a DataLoader: the same losses and predictions, to the bit."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from skorch import NeuralNetClassifier
from skorch.dataset import ValidSplit
from skorch.helper import SliceDataset
from torch import nn
from torch.utils.data import DataLoader, Subset

from core.crossval.skorch_net import Pictures, ResidentLoader, build_net, pictures_for
from core.models import build_model
from core.specs import AdamSpec, AdamWSpec, CNNSpec, DataSpec, MLPSpec, RMSpropSpec, SGDSpec
from core.specs.folds import FoldSpec, LeakSpec
from core.specs.optimizers import CONTESTANTS, AdadeltaSpec, NAdamSpec
from core.training.optimizers import build_optimizer

SMALL = {"data": DataSpec(n_train=200, n_test=100), "n_epochs": 2, "batch_size": 64, "n_threads": 1}
MODELS = {"mlp": MLPSpec(H=16), "cnn": CNNSpec(channels1=4, channels2=4)}


@pytest.fixture
def pictures(home):
    return pictures_for(FoldSpec(**SMALL))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("own_folds", [0, 5])
def test_a_fit_is_skorchs_own(pictures, model, own_folds):
    spec = FoldSpec(**SMALL, model=MODELS[model], optimizer=AdamSpec(), own_folds=own_folds, random_state=3)
    X, y = SliceDataset(pictures)[np.arange(150)], pictures.labels[:150]
    rest = SliceDataset(pictures)[np.arange(150, 200)]
    mine = build_net(spec, 10).fit(X, y)

    torch.set_num_threads(1)
    torch.manual_seed(3)
    theirs = NeuralNetClassifier(
        build_model,
        module__spec=MODELS[model],
        module__n_classes=10,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__fused=True,
        lr=0.001,
        max_epochs=2,
        batch_size=64,
        iterator_train=DataLoader,
        iterator_train__shuffle=True,
        iterator_valid__batch_size=100,
        train_split=ValidSplit(own_folds, stratified=True) if own_folds else None,
        verbose=0,
    ).fit(X, y)

    assert mine.history[:, "batches", :, "train_loss"] == theirs.history[:, "batches", :, "train_loss"]
    if own_folds:
        assert mine.history[:, "valid_acc"] == theirs.history[:, "valid_acc"]
        assert mine.history[:, "valid_loss"] == theirs.history[:, "valid_loss"]
    np.testing.assert_array_equal(mine.predict_proba(rest), theirs.predict_proba(rest))


def test_a_fit_does_not_depend_on_what_was_before(pictures):
    spec = FoldSpec(**SMALL, model=MODELS["cnn"], optimizer=AdamSpec())
    X, y = SliceDataset(pictures), pictures.labels
    first = build_net(spec, 10).fit(X, y)
    torch.rand(17)
    again = clone(first).fit(X, y)
    assert first.history[:, "train_loss"] == again.history[:, "train_loss"]
    other = clone(first).set_params(random_state=1).fit(X, y)
    assert first.history[:, "train_loss"] != other.history[:, "train_loss"]


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("channels_last", [False, True])
def test_the_loader_gives_a_dataloaders_batches(pictures, shuffle, channels_last):
    part = Subset(pictures, np.arange(30, 130))
    loaders = (
        DataLoader(part, batch_size=32, shuffle=shuffle),
        ResidentLoader(part, 32, shuffle=shuffle, channels_last=channels_last),
    )
    given = []
    for loader in loaders:
        torch.manual_seed(5)
        given.append([(x.clone(), y.clone()) for _ in range(2) for x, y in loader])
        given.append(torch.rand(3))  # and leaves the generator where a DataLoader does
    assert len(loaders[0]) == len(loaders[1])
    for (a, b), (c, d) in zip(given[0], given[2], strict=True):
        assert torch.equal(a, c)
        assert torch.equal(b, d)
    assert torch.equal(given[1], given[3])


@pytest.mark.parametrize(
    "optimizer",
    [
        SGDSpec(momentum=0.5, nesterov=True),
        RMSpropSpec(alpha=0.9, momentum=0.1),
        AdamSpec(beta1=0.8),
        AdamWSpec(weight_decay=0.2),
        NAdamSpec(beta2=0.99, momentum_decay=0.1),
        AdadeltaSpec(rho=0.5, eps=1e-3),
        *(record(**variant.fixed) for record, variant in CONTESTANTS.values()),
    ],
)
def test_the_optimizer_is_the_labs(optimizer):
    net = build_net(FoldSpec(**SMALL, model=MODELS["mlp"], optimizer=optimizer), 10).initialize()
    known = build_optimizer(optimizer, net.module_)
    assert type(net.optimizer_) is type(known)
    assert net.optimizer_.defaults == known.defaults


@pytest.mark.parametrize("leak", [None, LeakSpec(share=0.3)])
def test_pictures_travel_as_their_settings(home, leak):
    spec = FoldSpec(**SMALL, leak=leak, fold=2)
    data = pictures_for(spec)
    sent = pickle.dumps(SliceDataset(data)[np.arange(10)])
    assert len(sent) < 5_000
    arrived = pickle.loads(sent)
    np.testing.assert_array_equal(arrived[3], data[3][0])
    assert pictures_for(spec.model_copy(update={"fold": 0, "random_state": 9})) is data


def test_a_foreign_data_set_is_refused():
    with pytest.raises(TypeError, match="takes Pictures"):
        ResidentLoader([1, 2], 2)


def test_one_picture_is_torchvisions(pictures):
    from torchvision import transforms

    prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    picture, label = pictures[7]
    assert torch.equal(picture, prepare(np.array(pictures.images[7])))
    assert label == pictures.labels[7]
    assert isinstance(pictures, Pictures)
