"""What stands on a higher floor, by its place: a record names it there and imports it only when it is asked for."""

from importlib import import_module
from typing import Any


def imported(place: str) -> Any:
    """What a place such as ``"core.crossval.fold:train_fold"`` names: a module, a colon, a name in it."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
