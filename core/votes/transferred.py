"""A small transfer that trains in seconds: digits teach a perceptron, and a new task with few pictures follows.

Either the three hidden layers stay as the first task has made them and a new last layer learns, or everything learns
from new random weights. The new task is the digits under other names, or mirrored: nearer, and farther.
"""

import dataclasses

import numpy as np

from core import datasets
from core.datasets.image_set import ImageSet
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec
from core.votes.watched import listener

N_SOURCE, N_FEW, N_JUDGED = 1_000, 130, 300  # of the set's training pictures; its test pictures stay unseen
FIRST_TASK = "The first task"
FROZEN, SCRATCH = "Frozen layers, new last layer", "All layers, from random weights"


def frozen_and_scratch(per_class: int, *, is_mirrored: bool, random_state: int) -> dict[str, float]:
    """Accuracy on held-out pictures of the new task, in percent.

    Parameters
    ----------
    per_class : int
        Labelled pictures of the new task, at most 5; the seed draws which, as all else.
    is_mirrored : bool
        Whether its pictures are mirrored. A digit's new name is as good as its old one, so nothing else is changed.
    """
    from sklearn.linear_model import LogisticRegression

    from core.training.training import train

    digits = datasets.load("digits")
    order = np.random.default_rng(random_state).permutation(len(digits.train_labels))
    source, some, judged = np.split(order, [N_SOURCE, N_SOURCE + N_FEW])
    of_some = digits.train_labels[some]
    few = np.concatenate([some[of_some == label][:per_class] for label in range(10)])
    judged = judged[:N_JUDGED]

    first, second = _spec(N_SOURCE, 6, 32, random_state), _spec(len(few), 40, 10, random_state)
    old = train(first, listener(FIRST_TASK, first.n_epochs), images=_task(digits, source, judged))
    new_task = _task(digits, few, judged, is_mirrored=is_mirrored)
    # Few pictures in small batches and many epochs: the training pictures are all learnt by then
    scratch = train(second, listener(SCRATCH, second.n_epochs), images=new_task)
    head = LogisticRegression(max_iter=2_000).fit(_features(old.model, new_task.train_images), new_task.train_labels)
    frozen = head.score(_features(old.model, new_task.test_images), new_task.test_labels)
    return {FROZEN: 100 * float(frozen), SCRATCH: 100 * scratch.test_accuracy}


def _spec(n_train: int, n_epochs: int, batch_size: int, random_state: int) -> RunSpec:
    return RunSpec(
        data=DataSpec(dataset="digits", n_train=n_train, n_test=N_JUDGED), model=MLPSpec(H=64), n_epochs=n_epochs,
        optimizer=SGDSpec(learning_rate=0.01), batch_size=batch_size, random_state=random_state, n_threads=1,
    )  # fmt: skip


def _task(digits: ImageSet, train: np.ndarray, judged: np.ndarray, *, is_mirrored: bool = False) -> ImageSet:
    pictures, labels = digits.train_images, digits.train_labels
    chosen = [pictures[index][:, :, :: -1 if is_mirrored else 1] for index in (train, judged)]
    return dataclasses.replace(
        digits,
        train_images=np.ascontiguousarray(chosen[0]), train_labels=labels[train],
        test_images=np.ascontiguousarray(chosen[1]), test_labels=labels[judged],
    )  # fmt: skip


def _features(model: object, pictures: np.ndarray) -> np.ndarray:
    """What the perceptron's last layer gets: (n, 64)."""
    import torch

    from core.models.handout import MultiLayerFCNet

    assert isinstance(model, MultiLayerFCNet)
    with torch.no_grad():
        x = torch.tensor(pictures, dtype=torch.float32).permute(0, 3, 1, 2).flatten(1) / 127.5 - 1
        for layer in (model.linear1, model.linear2, model.linear3):
            x = torch.relu(layer(x))
    features: np.ndarray = x.numpy()
    return features
