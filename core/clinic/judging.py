"""Tests that ask the trained network: which classes, in which mode, alone or in company, on fresh pictures, halfway."""

import math

import numpy as np
import torch

from core.clinic.finding import Finding
from core.clinic.looking import standard
from core.clinic.script import Course, Script, module_of
from core.datasets.image_set import ImageSet

N_ALONE = 100
SAME = 0.9999  # cosine of two pictures that are one and the same in other ranges


def predicted_classes(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """How its predictions are spread over the classes."""
    module_of(course.model).eval()
    given = np.concatenate([script.forward(course.model, x).argmax(1).numpy() for x, _ in script.loaders()[1]])
    labels = np.concatenate([y.numpy() for _, y in script.loaders()[1]])
    shares = np.bincount(given, minlength=10) / len(given)
    true = np.bincount(labels, minlength=10) / len(labels)
    numbers = {"largest": float(shares.max()), "n_classes": float((shares > 0).sum())}
    said = f"{int(numbers['n_classes'])} of 10 classes are predicted; the most frequent for {shares.max():.0%} of them."
    return Finding(
        "predicted_classes", said, numbers, bars={"predicted": shares.tolist(), "labels": true.tolist()},
        captions=list(script.pictures.class_names),
    )  # fmt: skip


def train_against_eval(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """What the mode changes, and in which mode the script judges."""
    module = module_of(course.model)
    test_loader = script.loaders()[1]
    modes: list[bool] = []
    listening = module.register_forward_pre_hook(lambda network, _: modes.append(network.training))
    module.train()  # as it stands when an epoch's training is over
    own = script.functions["test"](course.model, test_loader)[1]
    again_from = module.training
    own_again = script.functions["test"](course.model, test_loader)[1]
    listening.remove()
    module.eval()
    in_eval = _accuracy(script, course.model, test_loader)
    module.train()
    in_train = _accuracy(script, course.model, test_loader)
    numbers = {"judged_in_train": float(any(modes)), "eval": in_eval, "train": in_train, "own": own,
               "own_again": own_again, "stays_in_train": float(again_from)}  # fmt: skip
    table = {
        "judged": ["by the script", "by the script, again", "in eval() mode", "in train() mode"],
        "accuracy": [f"{value:.1%}" for value in (own, own_again, in_eval, in_train)],
    }
    mode = "train()" if any(modes) else "eval()"
    return Finding("train_against_eval", f"While the script judges, its network is in {mode} mode.", numbers, table)


def batch_of_one(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Whether a picture's answer depends on its company, and what the outputs are."""
    train_loader, test_loader = script.loaders()
    module = module_of(course.model).eval()
    images = next(iter(test_loader))[0][:N_ALONE]
    together = script.forward(course.model, images)
    alone = torch.cat([script.forward(course.model, images[i : i + 1]) for i in range(len(images))])
    changed = (together.argmax(1) != alone.argmax(1)).float().mean().item()
    *_, (_, last_labels) = train_loader
    one, _ = next(iter(train_loader))
    module.train()
    said_in_training = ""
    try:
        script.forward(course.model, one[:1])
    except ValueError as error:
        said_in_training = str(error)
    numbers = {
        "changed": changed,
        "sum": float(alone.sum(1).mean()),
        "lowest": float(alone.min()),
        "sum_of_exp": float(alone.exp().sum(1).mean()),
        "worst_sum_of_exp": float((alone.exp().sum(1) - 1).abs().max()),
        "worst_sum": float((alone.sum(1) - 1).abs().max()),
        "last_batch": float(len(last_labels)),
        "fails_in_train": float(bool(said_in_training)),
    }
    rows = (together[0].tolist(), alone[0].tolist())
    table = {"output": [*script.pictures.class_names, "sum", "sum of exp(output)"]}
    for name, row in zip(("in a batch", "alone"), rows, strict=True):
        table[name] = [*(f"{v:.3f}" for v in row), f"{sum(row):.3f}", f"{sum(map(_exp, row)):.3f}"]
    said = (
        f"In eval() mode, {changed:.0%} of {len(images)} test pictures get another predicted class alone. "
        f"The last training batch has {len(last_labels)} "
        f"{'picture' if len(last_labels) == 1 else 'pictures'}. In train() mode a batch of one "
        + (f"raises: {said_in_training}" if said_in_training else "goes through.")
    )
    return Finding("batch_of_one", said, numbers, table)


def fresh_pictures(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Is the test accuracy that of pictures never seen?"""
    module_of(course.model).eval()
    train_loader, test_loader = script.loaders()
    reported = course.epochs[-1]["test_accuracy"] if course.epochs else math.nan
    if isinstance(script.functions["load_data"](script.pictures), list):  # of folds: pictures of no fold
        x = torch.cat([x for x, _ in test_loader])
        judged = script.functions["normalize"](script.functions["to_tensor"](fresh.test_images))
        labels = torch.from_numpy(fresh.test_labels)
    else:
        x = torch.cat([x for x, _ in test_loader])
        loaded = list(script.loaders(fresh)[1])
        judged, labels = torch.cat([x for x, _ in loaded]), torch.cat([y for _, y in loaded])
    accuracy = float((script.forward(course.model, judged).argmax(1) == labels).float().mean())
    seen = standard(torch.cat([x for x, _ in train_loader]))
    twice = int(((standard(x) @ seen.T).max(1).values > SAME).sum())
    numbers = {"reported": reported, "fresh": accuracy, "n_twice": float(twice), "share_twice": twice / len(x)}
    table = {
        "pictures": ["the script's test pictures", f"{len(labels)} fresh pictures",
                     "test pictures that are in training too"],
        "result": [f"{reported:.1%}", f"{accuracy:.1%}", f"{twice} of {len(x)}"],
    }  # fmt: skip
    return Finding("fresh_pictures", "Accuracy of the trained network.", numbers, table)


def halfway(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """Does the network bend anywhere? Differences between outputs are looked at, which no log_softmax changes."""
    module_of(course.model).eval()
    loader = script.loaders()[1]
    images = torch.cat([x for x, _ in loader])[:200]
    a, b = images[:100], images[100:]
    outputs = [_centred(script.forward(course.model, x)) for x in (a, b, (a + b) / 2)]
    mean = (outputs[0] + outputs[1]) / 2
    away = (outputs[2] - mean).norm(dim=1)
    apart = (outputs[0] - outputs[1]).norm(dim=1).clamp(min=1e-12)
    bend = float((away / apart).median())
    said = (
        f"Between 100 pairs of test pictures the outputs halfway are {bend:.2%} of the pair's distance away from the "
        "straight line (median; the mean over classes taken off)."
    )
    return Finding("halfway", said, {"bend": bend})


def _centred(outputs: torch.Tensor) -> torch.Tensor:
    return outputs - outputs.mean(1, keepdim=True)


def _accuracy(script: Script, model: object, loader: object) -> float:
    right = n = 0
    for images, labels in loader:  # type: ignore[attr-defined]
        right += int((script.forward(model, images).argmax(1) == labels).sum())
        n += len(labels)
    return right / n


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf
