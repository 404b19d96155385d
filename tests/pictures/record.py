"""README's moving pictures: one for each question, recorded from a running lab in Chromium.

    python tests/pictures/record.py [--only 1 2 6] [--into .github/tour]

Each is what a person would see who presses the button: built-in pictures, a lab folder of its own, nothing staged. A
recording takes as long as what it shows; all of them take some three minutes on two cores.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from lab_server import CHROMIUM_FLAGS, LabServer, chromium, open_page, settle  # noqa: E402

SIZE = {"width": 1280, "height": 800}
WIDE = 800  # pixels of a frame
EVERY = 0.35  # seconds
HOLD = 2500  # milliseconds that the last frame stands
MOST_FRAMES = 60


class Film:
    """Frames of a page, taken while something goes on."""

    def __init__(self, page: Page) -> None:
        self.page, self.frames = page, []

    def take(self) -> None:
        """One frame, unless nothing has moved since the last."""
        frame = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        frame = frame.resize((WIDE, round(WIDE * frame.height / frame.width)), Image.Resampling.LANCZOS)
        if not self.frames or frame.tobytes() != self.frames[-1].tobytes():
            self.frames.append(frame)

    def watch(self, is_over: Callable[[], bool], seconds: float = 120) -> None:
        """Until it is over; where it takes long, frames are further apart."""
        end = time.monotonic() + seconds
        while not is_over() and time.monotonic() < end:
            self.take()
            if len(self.frames) >= MOST_FRAMES:
                self.frames = self.frames[::2]
            self.page.wait_for_timeout(1000 * EVERY)
        self.page.wait_for_timeout(1500)
        self.take()

    def save(self, path: Path) -> None:
        """As an animated WebP that begins anew."""
        first, *rest = self.frames
        path.parent.mkdir(parents=True, exist_ok=True)
        times = [round(1000 * EVERY)] * len(rest) + [HOLD]
        first.save(path, save_all=True, append_images=rest, duration=times, loop=0, quality=55, method=5)
        print(f"{path}: {len(self.frames)} frames, {path.stat().st_size / 1e3:.0f} kB", flush=True)


def finished(page: Page) -> bool:
    return "Finished" in page.locator(".said").last.inner_text()


def press(page: Page, word: str) -> None:
    page.get_by_role("button", name=word, exact=True).first.click()


def perceptron(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/Perceptron?n_epochs=8&learning_rate=0.02")
    film.take()
    press(page, "Train")
    page.locator(".live .said").wait_for()
    film.watch(lambda: finished(page))


def convolution(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/Convolution")
    page.locator(".lab .count").wait_for()
    page.locator(".lab .play").click()
    film.watch(lambda: len(film.frames) > 24)


def cnn(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/CNN?n_train=2000&n_epochs=3")
    press(page, "Train")
    expect(page.locator(".live .said").last).to_contain_text("Finished", timeout=120_000)
    page.get_by_role("tab", name="Inside").click()
    settle(page)
    page.wait_for_timeout(3000)
    film.take()
    for _ in range(6):
        page.get_by_role("button", name="Another").first.click()
        settle(page)
        page.wait_for_timeout(1200)
        film.frames += film.frames[-1:]
        film.take()


def folds(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/Cross-validation?tab=K+folds&n_train=2000")
    film.take()
    press(page, "Start")
    page.wait_for_url(lambda address: "experiment=" in address)
    film.watch(lambda: finished(page))


def transfer(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/Transfer?n_train=1000&pre_epochs=1")
    press(page, "Train")
    expect(page.locator(".live .said").last).to_contain_text("Finished", timeout=300_000)
    page.get_by_role("button", name="Compare strategies").click()
    settle(page)
    film.take()
    press(page, "Compare")
    page.wait_for_url(lambda address: "experiment=" in address)
    film.watch(lambda: finished(page), 240)


def optimizers(page: Page, url: str, film: Film) -> None:
    open_page(page, f"{url}/Optimizers?tab=Landscape")
    page.wait_for_timeout(1500)
    film.take()
    play = page.get_by_role("button", name="Play").first
    if play.count():
        play.click()
    film.watch(lambda: len(film.frames) > 24, 15)


SCENES = {1: perceptron, 2: convolution, 3: cnn, 4: folds, 5: transfer, 6: optimizers}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", type=int, choices=list(SCENES), default=list(SCENES))
    parser.add_argument("--into", type=Path, default=ROOT / ".github" / "tour")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chalknet-tour-", ignore_cleanup_errors=True) as folder:
        lab = LabServer(Path(folder) / "home")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                for number in chosen.only:
                    page = browser.new_context(viewport=SIZE, color_scheme="light").new_page()
                    film = Film(page)
                    SCENES[number](page, lab.url, film)
                    film.save(chosen.into / f"question_{number}.webp")
                    page.context.close()
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
