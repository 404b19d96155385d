"""Question 5: what pretrained weights buy with few labels, and how fast freezing is.

    python tests/bench/bench_transfer.py [--parts quality,frozen,extraction,step] [--rounds 3]
        [--pretrain-epochs 4] [--epochs 20] [--seeds 5] [--pictures 1000] [--test-pictures 200]

``quality`` first trains ResNet-18 on all pictures of six classes of the photographs (30,000; about ten minutes on two
cores; kept, so a second call goes on from there), then learns the other four from 20 pictures each, with five seeds.
``frozen`` sets the cached frozen run against the tutorial's frozen loop (DataLoader, a Resize a picture, a pass through
the network each time) at side 96; ``extraction`` sets it against a bare forward pass in batches, in bfloat16 too where
the processor has it; ``step`` a step of fine-tuning at side 64 against the bare step. Contestants run in turn. Run it
alone on the machine.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

import torch  # before the lab's library, which sets how torch's threads wait
from common import BENCH_HOME, in_turn, median, photographs, ratio, verdict

SOURCES = ("airplane", "automobile", "bird", "cat", "dog", "horse")
TARGETS = ("deer", "frog", "ship", "truck")
PER_CLASS = 20
PARTS = ("quality", "frozen", "extraction", "step")
OWNER = "bench"


def data(name: str, classes: tuple[str, ...], per_class: int | None, seed: int = 0, n_test: int = 5_000) -> Any:
    from core.specs.transfer import PickedDataSpec

    return PickedDataSpec(
        dataset=name, n_train=50_000, n_test=n_test, classes=classes, per_class=per_class, random_state=seed
    )


def pretrained_here(name: str, n_epochs: int) -> Any:
    """The weights of six classes, trained now or kept from an earlier call."""
    from core.specs import AdamSpec
    from core.specs.transfer import AugmentationSpec, TransferSpec
    from core.training.events import EpochEnd
    from core.transfer import pretrained
    from core.transfer.training import train_transfer

    title = f"six classes, {n_epochs} epochs"
    for weights in pretrained.stored(OWNER):
        if weights.title == title:
            return weights.spec
    spec = TransferSpec(
        data=data(name, SOURCES, None), n_epochs=n_epochs, batch_size=64, optimizer=AdamSpec(),
        augmentation=AugmentationSpec(flip=True),
    )  # fmt: skip

    def tell(event: Any) -> None:
        if isinstance(event, EpochEnd):
            print(f"  epoch {event.epoch}: {event.test_accuracy:.1%} of the six, {event.seconds:.0f} s", flush=True)

    result = train_transfer(spec, tell)
    return pretrained.keep(result.model.state_dict(), source="here", title=title, owner=OWNER).spec


def bench_quality(name: str, pretrain_epochs: int, n_epochs: int, n_seeds: int) -> None:
    from core.specs import SGDSpec
    from core.specs.transfer import TransferSpec
    from core.transfer import strategies
    from core.transfer.training import train_transfer

    weights = pretrained_here(name, pretrain_epochs)
    accuracies: dict[str, list[float]] = {}
    for seed in range(n_seeds):
        base = TransferSpec(
            data=data(name, TARGETS, PER_CLASS, seed), weights=weights, n_epochs=n_epochs, batch_size=16,
            optimizer=SGDSpec(learning_rate=0.01), backbone_learning_rate=0.001, random_state=seed,
        )  # fmt: skip
        for strategy, spec in strategies.all_strategies(base, dial=0).items():
            result = train_transfer(spec)
            accuracies.setdefault(strategy, []).append(100 * result.test_accuracy)
            print(f"  seed {seed}, {strategy}: {result.test_accuracy:.1%} in {result.seconds:.1f} s", flush=True)
    for strategy, found in accuracies.items():
        spread = statistics.stdev(found) if len(found) > 1 else 0.0
        print(f"{strategy}: {statistics.mean(found):.1f} % ± {spread:.1f} (standard deviation of {len(found)} seeds)")
    means = {strategy: statistics.mean(found) for strategy, found in accuracies.items()}
    gain = means[strategies.FREEZE] - means[strategies.SCRATCH]
    verdict("freezing the backbone over training from scratch", gain, 10, at_least=True, unit=" points")


def plain_frozen_loop(images: Any, backbone: Any, side: int, n_epochs: int) -> float:
    """The tutorial's frozen network (Question 5 b): seconds of all epochs, with its test after each."""
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import models, transforms

    prepare = transforms.Compose([
        transforms.Resize(side), transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])  # fmt: skip

    class Pictures(Dataset):
        def __init__(self, pixels: Any, labels: Any) -> None:
            self.pixels, self.labels = pixels, labels

        def __len__(self) -> int:
            return len(self.labels)

        def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
            return prepare(Image.fromarray(self.pixels[i])), int(self.labels[i])

    torch.set_num_threads(2)
    begin = time.perf_counter()
    train_loader = DataLoader(Pictures(images.train_images, images.train_labels), 32, shuffle=True, num_workers=2)
    test_loader = DataLoader(Pictures(images.test_images, images.test_labels), 100, num_workers=2)
    model = models.resnet18()
    model.load_state_dict(backbone, strict=False)
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = torch.nn.Linear(model.fc.in_features, len(images.class_names))
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.01, momentum=0.9)
    for _ in range(n_epochs):
        model.eval()  # of the frozen part; the head has nothing that differs
        for inputs, labels in train_loader:
            loss = criterion(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
        with torch.no_grad():
            sum((model(inputs).argmax(1) == labels).sum().item() for inputs, labels in test_loader)
    return time.perf_counter() - begin


def some_pictures(name: str, n_train: int, n_test: int) -> Any:
    """So many photographs of the ten classes."""
    from core import datasets

    return datasets.load(name).subset(n_train, n_test, 0)


def any_weights() -> Any:
    """Random ones, taken in as a file: speed does not ask where they come from."""
    from torchvision import models

    from core.transfer import pretrained

    torch.manual_seed(0)
    return pretrained.keep(models.resnet18().state_dict(), source="file", title="random", owner=OWNER)


def bench_frozen(name: str, rounds: int, n: int, n_test: int, side: int = 96, n_epochs: int = 10) -> None:
    from core.specs import SGDSpec
    from core.specs.transfer import PickedDataSpec, TransferSpec
    from core.transfer import feature_cache, pretrained
    from core.transfer.training import train_transfer

    images, weights = some_pictures(name, n, n_test), any_weights()
    backbone = pretrained.load(weights.sha256)
    spec = TransferSpec(
        data=PickedDataSpec(dataset=name), weights=weights.spec, frozen_stages=5, side=side, n_epochs=n_epochs,
        optimizer=SGDSpec(learning_rate=0.01),
    )  # fmt: skip

    def cached(fresh: bool) -> float:
        if fresh and feature_cache.folder().exists():
            for path in feature_cache.folder().glob("*.npy"):
                path.unlink()
        begin = time.perf_counter()
        train_transfer(spec, images=images)
        return time.perf_counter() - begin

    print(f"seconds: {n} pictures at side {side}, {n_test} to test, {n_epochs} epochs")
    figures = in_turn(
        {
            "plain frozen loop": lambda: plain_frozen_loop(images, backbone, side, n_epochs),
            "lab, first time": lambda: cached(True),
            "lab, features there": lambda: cached(False),
        },
        rounds,
    )
    plain = figures["plain frozen loop"]
    print("medians:", {key: round(median(values), 2) for key, values in figures.items()})
    verdict("plain frozen loop / first time", ratio(plain, figures["lab, first time"]), 10, at_least=True)
    verdict("plain frozen loop / features there", ratio(plain, figures["lab, features there"]), 100, at_least=True)


def bench_extraction(name: str, rounds: int, n: int, side: int = 96) -> None:
    from core.models.resnet import resnet18
    from core.transfer import feature_cache
    from core.transfer.batches import batch_for

    torch.set_num_threads(2)
    images = some_pictures(name, n, 100)
    model = resnet18(10).eval()
    step = batch_for(side)
    fixed = torch.rand(step, 3, side, side).contiguous(memory_format=torch.channels_last)
    has_bf16 = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()

    def bare() -> float:
        """The limit: one batch again and again; nothing is enlarged, normalised or kept."""
        begin = time.perf_counter()
        with torch.inference_mode():
            for done in range(0, n, step):
                model(fixed[: min(step, n - done)])
        return n / (time.perf_counter() - begin)

    def extracted(precision: str) -> float:
        begin = time.perf_counter()
        computed: Iterator[Any] = feature_cache._compute(  # type: ignore[assignment]
            images.train_images, model, side, None, 1, precision, lambda done, total: None, lambda: False
        )
        assert computed.shape == (1, n, 512)  # type: ignore[attr-defined]
        return n / (time.perf_counter() - begin)

    bare()
    print(f"pictures a second at side {side}")
    contestants = {"bare forward": bare, "extraction": lambda: extracted("float32")}
    if has_bf16:
        contestants["extraction, bf16"] = lambda: extracted("bfloat16")
    figures = in_turn(contestants, rounds)
    verdict("extraction / bare forward", ratio(figures["extraction"], figures["bare forward"]), 0.9, at_least=True)
    if has_bf16:
        verdict("bf16 / fp32", ratio(figures["extraction, bf16"], figures["extraction"]), 2, at_least=True)
    else:
        print("this processor has no bfloat16: its extraction is left out")


def bench_step(name: str, rounds: int, n: int, side: int = 64, batch: int = 32) -> None:
    from core.models.resnet import resnet18
    from core.specs import SGDSpec
    from core.specs.transfer import PickedDataSpec, TransferSpec
    from core.training.events import EpochEnd
    from core.transfer.training import train_transfer

    images, weights = some_pictures(name, n, 20), any_weights()
    spec = TransferSpec(
        data=PickedDataSpec(dataset=name), weights=weights.spec, side=side, n_epochs=1, batch_size=batch,
        optimizer=SGDSpec(learning_rate=0.01),
    )  # fmt: skip

    def lab() -> float:
        speeds = []
        train_transfer(spec, lambda event: speeds.append(event.images_per_second) if isinstance(event, EpochEnd) else 0,
                       images=images)  # fmt: skip
        return float(speeds[0])

    def bare() -> float:
        torch.set_num_threads(2)
        model = resnet18(10)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)
        fixed = torch.rand(batch, 3, side, side).contiguous(memory_format=torch.channels_last)
        labels = torch.randint(10, (batch,))
        begin, n_steps = time.perf_counter(), -(-n // batch)
        for _ in range(n_steps):
            loss = torch.nn.functional.cross_entropy(model(fixed), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
        return n_steps * batch / (time.perf_counter() - begin)

    print(f"fine-tuning, pictures a second at side {side}")
    figures = in_turn({"bare step": bare, "lab": lab}, rounds)
    verdict("fine-tuning step / bare step", ratio(figures["lab"], figures["bare step"]), 0.9, at_least=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pretrain-epochs", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=20, help="of the few labelled pictures")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=1000, help="to train on where speed is measured")
    parser.add_argument("--test-pictures", type=int, default=200, help="that judge after each epoch, of frozen runs")
    arguments = parser.parse_args()
    parts, n = arguments.parts.split(","), arguments.pictures
    name = photographs()
    os.environ["CHALKNET_HOME"] = str(BENCH_HOME)
    if "quality" in parts:
        bench_quality(name, arguments.pretrain_epochs, arguments.epochs, arguments.seeds)
    if "frozen" in parts:
        bench_frozen(name, arguments.rounds, n, arguments.test_pictures)
    if "extraction" in parts:
        bench_extraction(name, arguments.rounds, n)
    if "step" in parts:
        bench_step(name, arguments.rounds, n)


if __name__ == "__main__":
    main()
