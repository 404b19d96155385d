"""How fast the handout's MLP trains: its own DataLoader loop, a bare loop over resident tensors, and the lab headless.

    python tests/bench/bench_training.py [--rounds 3]

Each contestant runs in a process of its own, in turn, on the 50,000 photographs with H = 128 and batches of 32; the
figure is images a second of training, tests left out. Run it alone on the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    parser.add_argument("--only", choices=("dataloader", "bare"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        import torch  # noqa: F401 - before the lab's library, which sets how torch's threads wait
    name = photographs()
    if arguments.only:
        print((dataloader_loop if arguments.only == "dataloader" else bare_loop)(name))
        return

    def alone(which: str) -> float:
        # As a student would run it: without the lab's own setting for waiting threads
        waiting = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
        environment = {key: value for key, value in os.environ.items() if key not in waiting}
        command = [sys.executable, __file__, "--only", which]
        return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)

    print("images a second")
    figures = in_turn(
        {
            "DataLoader loop": lambda: alone("dataloader"),
            "bare loop": lambda: alone("bare"),
            "lab, headless": lambda: headless(name),
        },
        arguments.rounds,
    )
    print("medians:", {key: round(median(values)) for key, values in figures.items()})
    lab = figures["lab, headless"]
    verdict("headless / DataLoader loop", ratio(lab, figures["DataLoader loop"]), 5, at_least=True)
    verdict("headless / bare loop", ratio(lab, figures["bare loop"]), 0.95, at_least=True)


if __name__ == "__main__":
    main()
