"""The handout's CNN: how fast it trains, how good it gets, and how long a look inside takes.

    python tests/bench/bench_cnn.py [--parts speed,app,inside,quality] [--rounds 3] [--pictures 10000] [--epochs 4]

Contestants run in processes of their own, in turn, on the photographs, with batches of 32; the figure is images a
second of training, tests left out. ``--pictures`` is a number that the page's slider has. ``quality`` trains on all
50,000 photographs, with three seeds in float32 and, where it is faster here, in bfloat16: over half an hour on two
cores. Run it alone on the machine.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import BENCH_HOME, in_turn, median, photographs, ratio, verdict

BATCH = 32
PARTS = ("speed", "app", "inside", "quality")


def dataloader_loop(name: str, n: int) -> float:
    """The handout's loop (Question 3 c) with its DataLoader, transforms and two workers."""
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms

    from core import datasets
    from core.models import CNN

    images = datasets.load(name)
    pixels, targets = images.train_images[:n], images.train_labels[:n]

    class Photographs(Dataset):
        """As torchvision's CIFAR10 hands out its pictures."""

        transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])

        def __len__(self) -> int:
            return len(targets)

        def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
            return self.transform(Image.fromarray(pixels[i])), int(targets[i])

    train_loader = DataLoader(Photographs(), batch_size=BATCH, shuffle=True, num_workers=2)
    model = CNN()
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    begin, loss_list, acc_list = time.perf_counter(), [], []
    for batch, labels in train_loader:
        outputs = model(batch)
        loss = criterion(outputs, labels)
        loss_list.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        _, predicted = torch.max(outputs.data, 1)
        acc_list.append((predicted == labels).sum().item() / labels.size(0))
    return len(targets) / (time.perf_counter() - begin)


def bare_loop(name: str, n: int) -> float:
    """The limit: one fixed batch again and again, channels_last and fused Adam; nothing is shuffled or counted."""
    import torch

    from core.models import CNN

    torch.set_num_threads(2)
    batch = torch.rand(BATCH, 3, 32, 32).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (BATCH,))
    model = CNN().to(memory_format=torch.channels_last)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def step() -> None:
        loss = criterion(model(batch), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()

    for _ in range(20):
        step()
    begin, n_steps = time.perf_counter(), -(-n // BATCH)
    for _ in range(n_steps):
        step()
    return n_steps * BATCH / (time.perf_counter() - begin)


def train_headless(name: str, n_train: int, n_test: int, n_epochs: int, **settings: Any) -> dict[str, Any]:
    """``python -m core.training``, run folder and all; returns the last epoch's event."""
    from core import runs

    spec = {"data": {"dataset": name, "n_train": n_train, "n_test": n_test}, "model": {"kind": "cnn"}}
    spec |= {"optimizer": {"kind": "adam"}, "n_epochs": n_epochs, "batch_size": BATCH} | settings
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.json")
        path.write_text(json.dumps(spec))
        command = [sys.executable, "-m", "core.training", str(path), "--runs", folder]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        run_folder = Path(printed[0])
        return dict(runs.Run(run_folder.name, run_folder).history().epochs[-1])


def headless(name: str, n: int, **settings: Any) -> float:
    """Images per second of the second epoch."""
    return float(train_headless(name, n, 1000, 2, **settings)["images_per_second"])


def evaluation(name: str) -> float:
    """Images per second when the lab judges 10,000 test pictures; in a process of its own."""
    import torch

    from core import datasets
    from core.models import build_model
    from core.specs import CNNSpec
    from core.training.batches import ResidentImages
    from core.training.judging import predict

    torch.set_num_threads(2)
    images = datasets.load(name)
    pictures, labels = images.test_images[:10_000], images.test_labels[:10_000]
    test_set = ResidentImages(pictures, labels, device=torch.device("cpu"), channels_last=True)
    model = build_model(CNNSpec(), 10)
    predict(model, test_set)
    begin = time.perf_counter()
    predict(model, test_set)
    return len(test_set) / (time.perf_counter() - begin)


def bf16_pays() -> bool:
    """Whether this processor multiplies bfloat16 in its hardware; without that it is slower by a factor."""
    from core.engine import calibration

    known = calibration.load()
    pays = known is None or known.bf16_pays
    if not pays:
        print(f"bf16 is left out: it was measured {known.bf16_gain:.2f} times as fast as float32 on this processor")
    return pays


def bench_speed(name: str, rounds: int, n: int) -> None:
    def alone(which: str) -> float:
        # As a student would run it: without the lab's own setting for waiting threads
        environment = {key: value for key, value in os.environ.items() if key != "OMP_WAIT_POLICY"}
        command = [sys.executable, __file__, "--only", which, "--pictures", str(n)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)

    contestants = {
        "DataLoader loop": lambda: alone("dataloader"),
        "bare loop": lambda: alone("bare"),
        "lab, headless": lambda: headless(name, n),
        "evaluation": lambda: alone("evaluation"),
    }
    if bf16_pays():
        contestants["lab, bf16"] = lambda: headless(name, n, precision="bfloat16")
    print("images a second")
    figures = in_turn(contestants, rounds)
    print("medians:", {key: round(median(values)) for key, values in figures.items()})
    lab = figures["lab, headless"]
    verdict("headless / DataLoader loop", ratio(lab, figures["DataLoader loop"]), 2, at_least=True)
    verdict("headless / bare loop", ratio(lab, figures["bare loop"]), 0.95, at_least=True)
    if "lab, bf16" in figures:
        verdict("bf16 / fp32 (where the processor has it)", ratio(figures["lab, bf16"], lab), 1.4, at_least=True)
    verdict("evaluation / training", ratio(figures["evaluation"], lab), 3, at_least=True)


def in_the_app(browser: Any, server: Any, n: int) -> Any:
    """The run of two epochs that a real Chromium has watched live to its end, and the page."""
    from bench_app import open_page
    from lab_server import wait_until

    from core import runs

    page = open_page(browser, f"{server.url}/CNN?dataset=Photographs&n_train={n}&n_test=1000&n_epochs=2")
    page.get_by_role("button", name="Train").click()
    page.wait_for_url(re.compile("run="))
    run = runs.open_run(re.search(r"run=([a-z2-7]{24})", page.url).group(1))
    wait_until(lambda: run.status.is_finished, "the run ends", seconds=1200)
    page.get_by_text("Finished").wait_for()
    return run, page


def bench_app(name: str, rounds: int, n: int, browser: Any, server: Any) -> None:
    def live() -> float:
        run, page = in_the_app(browser, server, n)
        page.context.close()
        return float(run.history().epochs[-1]["images_per_second"])

    print("images a second")
    figures = in_turn({"in the app": live, "headless": lambda: headless(name, n)}, rounds)
    print("medians:", {key: round(median(values)) for key, values in figures.items()})
    verdict("in the app / headless", ratio(*figures.values()), 0.9, at_least=True)


# What the page shows now, as text; it has been drawn when this changes and the browser has painted
_SHOWN = """() => {
  const sheets = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.maps')).filter(Boolean);
  const ink = sheets.flatMap((s) => [...s.querySelectorAll('canvas')].slice(0, 4).map((c) => c.toDataURL()));
  const images = [...document.querySelectorAll('.strip img')].map((i) => i.src);
  const words = [...document.querySelectorAll('.odds, .matrix, [data-testid=stMetricValue]')].map((e) => e.textContent);
  return [...ink, ...images, ...words].join('|');
}"""
_CHANGED = f"(old) => ({_SHOWN})() !== old"


def seconds_to_drawn(page: Any, act: Any) -> float:
    """From an action to its picture on the screen."""
    old = page.evaluate(_SHOWN)
    begin = time.perf_counter()
    act()
    page.wait_for_function(_CHANGED, arg=old, polling=5)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - begin


def bench_inside(n: int, browser: Any, server: Any, n_times: int = 9) -> None:
    _, page = in_the_app(browser, server, n)

    def measured(what: str, act: Any) -> None:
        seconds_to_drawn(page, act)  # the first one loads torch, Captum and the weights
        page.wait_for_timeout(1500)
        times = []
        for _ in range(n_times):
            times.append(seconds_to_drawn(page, act))
            page.wait_for_timeout(700)
        print(f"  milliseconds, {what}:", [round(1000 * s) for s in times])
        verdict(what, 1000 * median(times), 400, at_least=False, unit=" ms")

    def open_tab(name: str) -> None:
        page.get_by_role("tab", name=name).click()
        page.locator(".odds:visible").first.wait_for()
        page.wait_for_timeout(2500)

    def another() -> None:
        page.get_by_role("button", name="Another").click()

    direction = iter(["ArrowLeft", "ArrowRight"] * n_times * 2)
    open_tab("Inside")
    measured("feature maps of another picture", another)
    page.get_by_text("Heat maps", exact=True).click()
    page.wait_for_timeout(4000)
    measured("Grad-CAM and occlusion of another picture", another)
    open_tab("Rewind")
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    measured("a rewind step", lambda: slider.press(next(direction)))
    page.context.close()


def bench_quality(name: str, n: int, n_epochs: int) -> None:
    accuracies: dict[str, list[float]] = {}
    for precision in ("float32", "bfloat16") if bf16_pays() else ("float32",):
        accuracies[precision] = []
        for seed in range(3):
            epoch = train_headless(name, n, min(n, 10_000), n_epochs, random_state=seed, precision=precision)
            accuracies[precision].append(epoch["test_accuracy"])
            print(f"  {precision}, seed {seed}: {epoch['test_accuracy']:.2%} in {epoch['seconds']:.0f} s", flush=True)
        mean, spread = statistics.mean(accuracies[precision]), statistics.stdev(accuracies[precision])
        print(f"{precision}: {100 * mean:.2f} % ± {100 * spread:.2f} (standard deviation of three seeds)")
    single = accuracies["float32"]
    verdict("test accuracy, mean of three seeds", 100 * statistics.mean(single), 70, at_least=True, unit=" %")
    for accuracy in accuracies.get("bfloat16", []):
        inside = min(single) <= accuracy <= max(single)
        span = f"{min(single):.2%} to {max(single):.2%}"
        print(f"{'inside ' if inside else 'OUTSIDE'}  bf16 {accuracy:.2%}, fp32 {span}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=10_000, help="to train on where speed is measured")
    parser.add_argument("--quality-pictures", type=int, default=50_000)
    parser.add_argument("--epochs", type=int, default=4, help="of the quality runs")
    parser.add_argument("--only", choices=("dataloader", "bare", "evaluation"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    parts, n = arguments.parts.split(","), arguments.pictures
    if arguments.only:
        import torch  # noqa: F401 - before the lab's library, which sets how torch's threads wait
    name = photographs()
    if arguments.only == "evaluation":
        return print(evaluation(name))
    if arguments.only:
        return print((dataloader_loop if arguments.only == "dataloader" else bare_loop)(name, n))
    if "speed" in parts:
        bench_speed(name, arguments.rounds, n)
    if {"app", "inside"} & set(parts):
        from lab_server import CHROMIUM_FLAGS, LabServer, chromium
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            server = LabServer(BENCH_HOME)
            try:
                if "inside" in parts:
                    bench_inside(min(n, 2000), browser, server)
                if "app" in parts:
                    bench_app(name, arguments.rounds, n, browser, server)
            finally:
                server.stop()
                browser.close()
    if "quality" in parts:
        bench_quality(name, arguments.quality_pictures, arguments.epochs)
    return None


if __name__ == "__main__":
    main()
