"""Curves as the recipes of the sorter are meant to have them, without training."""

from core.exercises.short_runs import Curves
from core.exercises.sorting import RECIPES


def made(key, seed):
    """Curves with the label that a recipe is intended for."""
    epochs = range(10)
    off = 0.002 * seed
    low = key.startswith(("underfit", "bug"))
    train = [(0.15 if low else 0.8) * (1 + epoch) / 10 + off for epoch in epochs]
    falling = [2.3 - 0.1 * epoch - off for epoch in epochs]
    rising = [2.0 + 0.1 * epoch * (1 + off) for epoch in epochs]
    alarms = {"update": "No step moves it."} if key.startswith("bug") else {}
    return Curves(
        tuple(falling), tuple(train), tuple(rising if key.startswith("overfit") else falling), tuple(train),
        RECIPES[key].n_test, 10, alarms,
    )  # fmt: skip
