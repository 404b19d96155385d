"""Random weights, drawn alone: torch has one generator for a process, and several threads of it make networks.

The app's threads draw first weights for a look inside, and where no cluster can be started a thread of it trains. Who
seeds the generator holds ``GENERATOR`` until it has drawn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

GENERATOR = threading.RLock()


@contextmanager
def generator_kept() -> Iterator[None]:
    """Draw what you like, alone; afterwards the generator is as it was."""
    with GENERATOR, torch.random.fork_rng(devices=[]):
        yield


@contextmanager
def seeded(random_state: int) -> Iterator[None]:
    """The same, from a seed on."""
    with generator_kept():
        torch.manual_seed(random_state)
        yield
