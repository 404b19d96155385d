"""How fast the handout's MLP trains: its own DataLoader loop, bare loops over resident pictures, and the lab headless.

    python tests/bench/bench_training.py [--rounds 3]

Each contestant runs in a process of its own, in turn, on the 50,000 photographs with H = 128 and batches of 32; the
figure is images a second of training, tests left out. One of them is the same step in JAX, compiled by ``jit``, where
``jax`` is installed: the lab does not need it. Run it alone on the machine.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import in_turn, median, photographs, ratio, verdict

H, BATCH = 128, 32


def dataloader_loop(name: str) -> float:
    """The handout's loop (Question 1 b) with its DataLoader, transforms and two workers."""
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms

    from core import datasets
    from core.models import MultiLayerFCNet

    images = datasets.load(name)
    pixels, labels = images.train_images, images.train_labels

    class Photographs(Dataset):
        """As torchvision's CIFAR10 hands out its pictures."""

        transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))]
        )

        def __len__(self) -> int:
            return len(labels)

        def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
            return self.transform(Image.fromarray(pixels[i])), int(labels[i])

    train_loader = DataLoader(Photographs(), batch_size=BATCH, shuffle=True, num_workers=2)
    model = MultiLayerFCNet(3 * 32 * 32, H, 10)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    begin, batch_loss = time.perf_counter(), 0.0
    for batch, targets in train_loader:
        outputs = model(batch.reshape(-1, 32 * 32 * 3))
        loss = criterion(outputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        batch_loss += loss.item()
    return len(labels) / (time.perf_counter() - begin)


def bare_loop(name: str) -> float:
    """The same loop over float tensors that stay in memory; its second epoch counts."""
    import torch

    from core import datasets
    from core.models import MultiLayerFCNet

    images = datasets.load(name)
    X = torch.from_numpy(images.train_images.transpose(0, 3, 1, 2).copy()).float().div_(255).sub_(0.5).div_(0.5)
    X, y = X.reshape(-1, 32 * 32 * 3), torch.from_numpy(images.train_labels.copy())
    model = MultiLayerFCNet(3 * 32 * 32, H, 10)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(2):
        begin, batch_loss = time.perf_counter(), 0.0
        for batch in torch.randperm(len(X)).split(BATCH):
            outputs = model(X[batch])
            loss = criterion(outputs, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            batch_loss += loss.item()
    return len(y) / (time.perf_counter() - begin)


def jax_loop(name: str) -> float:
    """The same step in JAX, compiled; its second epoch counts."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from core import datasets

    images = datasets.load(name)
    X = images.train_images.transpose(0, 3, 1, 2).reshape(-1, 3 * 32 * 32).astype(np.float32)
    X, y = (X / 255 - 0.5) / 0.5, images.train_labels.astype(np.int32)
    rng = np.random.default_rng(0)

    def linear(n_in: int, n_out: int) -> list[Any]:
        bound = n_in**-0.5
        shapes = ((n_in, n_out), (n_out,))
        return [jnp.asarray(rng.uniform(-bound, bound, shape), jnp.float32) for shape in shapes]

    weights = [linear(3 * 32 * 32, H), linear(H, 10)]
    velocity = jax.tree.map(jnp.zeros_like, weights)

    def loss_of(weights: Any, x: Any, targets: Any) -> Any:
        (w1, b1), (w2, b2) = weights
        log_p = jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
        return -jnp.take_along_axis(log_p, targets[:, None], axis=1).mean()

    @jax.jit
    def step(weights: Any, velocity: Any, x: Any, targets: Any) -> tuple[Any, Any, Any]:
        loss, gradients = jax.value_and_grad(loss_of)(weights, x, targets)
        velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, gradients)
        return jax.tree.map(lambda w, v: w - 0.01 * v, weights, velocity), velocity, loss

    for _ in range(2):
        begin, batch_loss, order = time.perf_counter(), 0.0, rng.permutation(len(X))
        for first in range(0, len(X), BATCH):
            batch = order[first : first + BATCH]
            weights, velocity, loss = step(weights, velocity, X[batch], y[batch])
            batch_loss += float(loss)
    assert np.isfinite(batch_loss)
    return len(y) / (time.perf_counter() - begin)


LOOPS = {"dataloader": dataloader_loop, "bare": bare_loop, "jax": jax_loop}


def headless(name: str) -> float:
    """``python -m core.training``, run folder and all; its second epoch counts."""
    from core import runs

    spec = {"data": {"dataset": name, "n_train": 50_000, "n_test": 10_000}, "model": {"kind": "mlp", "H": H}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.json")
        path.write_text(json.dumps(spec | {"n_epochs": 2, "batch_size": BATCH}))
        command = [sys.executable, "-m", "core.training", str(path), "--runs", folder]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        run_folder = Path(printed[0])
        return float(runs.Run(run_folder.name, run_folder).history().epochs[-1]["images_per_second"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=list(LOOPS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        import torch  # noqa: F401 - before the lab's library, which sets how torch's threads wait
    name = photographs()
    if arguments.only:
        print(LOOPS[arguments.only](name))
        return

    def alone(which: str) -> float:
        # As a student would run it: without the lab's own setting for waiting threads
        waiting = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
        environment = {key: value for key, value in os.environ.items() if key not in waiting}
        command = [sys.executable, __file__, "--only", which]
        return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)

    print("images a second")
    contestants = {
        "DataLoader loop": lambda: alone("dataloader"),
        "bare loop": lambda: alone("bare"),
        "lab, headless": lambda: headless(name),
    }
    has_jax = importlib.util.find_spec("jax") is not None
    if has_jax:
        contestants["JAX"] = lambda: alone("jax")
    else:
        print("no JAX here: `pip install jax` for that contestant")
    figures = in_turn(contestants, arguments.rounds)
    print("medians:", {key: round(median(values)) for key, values in figures.items()})
    lab = figures["lab, headless"]
    verdict("headless / DataLoader loop", ratio(lab, figures["DataLoader loop"]), 5, at_least=True)
    verdict("headless / bare loop", ratio(lab, figures["bare loop"]), 1, at_least=True)
    if has_jax:
        verdict("headless / JAX", ratio(lab, figures["JAX"]), 1, at_least=True)


if __name__ == "__main__":
    main()
