"""Two tests that look at what goes in: a batch with its labels, and the inputs' mean and spread."""

import numpy as np
import torch

from core.clinic.finding import Finding
from core.clinic.script import Course, Script
from core.datasets.image_set import ImageSet

SHOWN = 16


def batch_with_labels(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """The pictures beside the labels that the loss is computed with."""
    images, labels = next(iter(script.loaders()[0]))
    shown = _as_pictures(images)
    true = _true_labels(script.pictures, images)
    given = labels.numpy()
    names = script.pictures.class_names
    numbers = {
        "agreement": float((true == given).mean()),
        "n_classes": float(len(np.unique(given))),
    }
    said = f"{SHOWN} of the {len(given)} pictures of the first batch; its labels name {len(np.unique(given))} classes."
    captions = [names[label] for label in given[:SHOWN]]
    return Finding("batch_with_labels", said, numbers, pictures=shown[:SHOWN], captions=captions)


def inputs(script: Script, course: Course, fresh: ImageSet) -> Finding:
    """What the numbers are like that enter the network."""
    table: dict[str, list[str]] = {"": ["training", "test"], "mean": [], "standard deviation": [],
                                   "smallest": [], "largest": []}  # fmt: skip
    numbers: dict[str, float] = {}
    for split, loader in zip(("train", "test"), script.loaders(), strict=True):
        values = torch.cat([images for images, _ in loader])
        found = {"mean": float(values.mean()), "standard deviation": float(values.std()),
                 "smallest": float(values.min()), "largest": float(values.max())}  # fmt: skip
        for name, value in found.items():
            table[name].append(f"{value:.3g}")
            numbers[f"{split}_{name}"] = value
    said = "Of all numbers that enter the network, over all training and all test pictures."
    return Finding("inputs", said, numbers, table)


def _as_pictures(images: torch.Tensor) -> np.ndarray:
    """From whatever range they are in, each from black to white by its own smallest and largest number."""
    flat = images.flatten(1)
    low, high = flat.min(1).values, flat.max(1).values
    scaled = (images - low[:, None, None, None]) / (high - low).clamp(min=1e-9)[:, None, None, None]
    shown: np.ndarray = (255 * scaled).permute(0, 2, 3, 1).numpy().astype(np.uint8)
    return shown


def _true_labels(pictures: ImageSet, images: torch.Tensor) -> np.ndarray:
    """The labels that the data set has for these pictures, found by what they show, whatever their range."""
    originals = np.concatenate([pictures.train_images, pictures.test_images])
    labels = np.concatenate([pictures.train_labels, pictures.test_labels])
    known = standard(torch.from_numpy(originals.transpose(0, 3, 1, 2).copy()).float())
    nearest = (standard(images) @ known.T).argmax(1)
    found: np.ndarray = labels[nearest.numpy()]
    return found


def standard(images: torch.Tensor) -> torch.Tensor:
    """Rows of length 1 and mean 0, which brightness and range do not change."""
    flat = images.flatten(1)
    flat = flat - flat.mean(1, keepdim=True)
    return flat / flat.norm(dim=1, keepdim=True).clamp(min=1e-9)
