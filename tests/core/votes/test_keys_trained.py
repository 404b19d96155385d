"""Keys of votes that are about folds or trainings, computed otherwise: folds by hand, networks by other loops."""

import math
import warnings
from itertools import product

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from torch import nn

from core.datasets import shapes10
from core.votes.bank import vote
from core.votes.bank_cnn import CNN_BETTER


def right(code):
    asked = vote(code)
    return asked.options[asked.key].text


# ------------------------------------------------------------------------------------------------------------ folds


def test_folds_by_hand():
    assert right("crossval-folds-1") == ", ".join(str(10 // 3 + (k < 10 % 3)) for k in range(3))
    assert right("crossval-fits-1") == f"{len(list(product(range(3), range(2), range(5)))) + 1}"
    assert right("crossval-stratified-1") == f"{10 // 5} dogs and {90 // 5} cats"


def test_what_was_never_seen_is_never_predicted():
    """The nearest neighbour by hand: each fold is one class, so the nearest of the others has another label."""
    X, y = load_digits(return_X_y=True)
    chosen = np.concatenate([np.flatnonzero(y == digit)[:100] for digit in range(5)])
    X, y, folds = X[chosen], y[chosen], np.arange(500) // 100
    far = ((X[:, None] - X[None]) ** 2).sum(axis=2)
    far[folds[:, None] == folds] = np.inf
    assert (y[far.argmin(axis=1)] == y).mean() == 0
    assert right("crossval-sorted-1") == "0 %"


@pytest.mark.parametrize("seed", range(3))
def test_leaks_by_hand(seed):
    rng = np.random.default_rng(100 + seed)

    def nearest(X, y, folds):
        far = ((X[:, None] - X[None]) ** 2).sum(axis=2)
        far[folds[:, None] == folds] = np.inf
        return (y[far.argmin(axis=1)] == y).mean()

    X, y = rng.standard_normal((50, 5_000)), np.repeat([0, 1], 25)
    apart = np.abs(X[y == 0].mean(axis=0) - X[y == 1].mean(axis=0))
    assert nearest(X[:, np.argsort(apart)[-100:]], y, rng.permutation(np.arange(50) % 5)) > 0.75
    assert right("crossval-selected-1") == "More than 75 %"

    X, y = rng.standard_normal((300, 20)), rng.integers(2, size=300)
    assert nearest(np.tile(X, (2, 1)), np.tile(y, 2), rng.permutation(np.arange(600) % 10)) > 0.75
    assert 0.4 < nearest(X, y, rng.permutation(np.arange(300) % 10)) < 0.6
    assert right("crossval-twice-1") == "More than 75 %"


def test_the_best_of_fifty_by_the_binomial():
    one_below = sum(math.comb(100, k) for k in range(55)) / 2**100  # fewer than 55 of 100 right
    assert one_below**50 < 0.001
    assert right("crossval-best-1") == "55 % or more"


# -------------------------------------------------------------------------------------------------------- trainings


def digits(seed):
    """Enlarged and in three channels, as the lab has them, from -1 to 1; 1,000 to train and 300 to judge."""
    X, y = load_digits(return_X_y=True)
    X = np.stack([np.kron(x.reshape(8, 8), np.ones((4, 4))) for x in X / 8 - 1])  # (n, 32, 32)
    order = np.random.default_rng(seed).permutation(len(y))
    return X[order], y[order]


def flat(X):
    return np.tile(X.reshape(len(X), -1), 3)


def fitted(X, y, seed, H=32, **how):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are what is asked
        how = {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False, "batch_size": 32, "max_iter": 3} | how
        net = MLPClassifier((H, H, H), alpha=0, tol=0, n_iter_no_change=10_000, random_state=seed, **how)
        return net.fit(flat(X), y)


@pytest.mark.parametrize("seed", range(3))
def test_rates_and_optimizers(seed):
    X, y = digits(seed)

    inputs, labels = torch.tensor(flat(X), dtype=torch.float32), torch.tensor(y, dtype=torch.long)

    def score(make, **how):
        """In a loop of its own; the first weights are PyTorch's, on which it depends what momentum brings."""
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(3072, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(),
                            nn.Linear(32, 10))  # fmt: skip
        optimizer = make(net.parameters(), **how)
        for _ in range(3):
            for batch in torch.randperm(1000).split(32):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(inputs[batch]), labels[batch]).backward()
                optimizer.step()
        with torch.no_grad():
            return (net(inputs[1000:1300]).argmax(1) == labels[1000:1300]).float().mean().item()

    sgd, adam = torch.optim.SGD, torch.optim.Adam
    good = score(sgd, lr=0.01, momentum=0.9)
    assert good > score(sgd, lr=0.00001, momentum=0.9) + 0.05
    assert good > score(sgd, lr=3, momentum=0.9) + 0.05
    assert right("perceptron-rate-1") == "0.01"
    assert good > score(sgd, lr=0.01) + 0.05
    assert right("optim-momentum-2") == "With momentum 0.9"
    assert score(adam, lr=0.001) > score(sgd, lr=0.001, momentum=0.9) + 0.05
    assert right("optim-rate-1") == "Adam"


@pytest.mark.parametrize("seed", range(2))
def test_cnn_or_perceptron(seed, home):
    """Networks and loop of its own; only the pictures are the lab's."""
    drawn = shapes10.load(1_000, 500)
    X = torch.tensor(np.array(drawn.train_images)).permute(0, 3, 1, 2).float() / 127.5 - 1
    y = torch.tensor(np.array(drawn.train_labels)).long()
    torch.manual_seed(seed)
    order = torch.randperm(len(X))
    train, judged = order[:500], order[500:800]
    parts = []
    for i in range(4):
        parts += [nn.Conv2d(8 if i else 3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.LeakyReLU()]
        parts += [nn.MaxPool2d(2)] if i % 2 else []
    cnn = nn.Sequential(*parts, nn.Flatten(), nn.Linear(8 * 8 * 8, 10))
    perceptron = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(),
                               nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))  # fmt: skip

    def score(net):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
        for _ in range(5):
            for batch in train[torch.randperm(500)].split(32):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(X[batch]), y[batch]).backward()
                optimizer.step()
        net.eval()
        with torch.no_grad():
            return (net(X[judged]).argmax(1) == y[judged]).float().mean().item()

    assert score(cnn) > score(perceptron) + 0.05
    assert right("cnn-or-perceptron-1") == CNN_BETTER


@pytest.mark.parametrize("seed", range(3))
def test_transfer(seed):
    X, y = digits(seed)
    old = fitted(X[:1000], y[:1000], seed, H=64, learning_rate_init=0.01, max_iter=6)
    few, judged = np.arange(1000, 1130), np.arange(1130, 1430)

    def hidden(X):
        for weights, bias in zip(old.coefs_[:-1], old.intercepts_[:-1], strict=True):
            X = np.maximum(X @ weights + bias, 0)
        return X

    def both(per_class, view):
        some = np.concatenate([few[y[few] == digit][:per_class] for digit in range(10)])
        head = LogisticRegression(max_iter=2_000).fit(hidden(flat(view(X[some]))), y[some])
        scratch = fitted(view(X[some]), y[some], seed, H=64, learning_rate_init=0.01, max_iter=40, batch_size=10)
        return head.score(hidden(flat(view(X[judged]))), y[judged]), scratch.score(flat(view(X[judged])), y[judged])

    frozen, scratch = both(2, lambda X: X)
    assert frozen > scratch + 0.05
    assert right("transfer-near-1") == "Frozen layers, new last layer"
    frozen, scratch = both(5, lambda X: X[:, :, ::-1])
    assert scratch > frozen
    assert right("transfer-far-1") == "All layers, from random weights"
