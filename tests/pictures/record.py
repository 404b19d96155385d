"""README's moving pictures, recorded from the lab: a short animated WebP for each of the six questions.

    .venv/bin/python tests/pictures/record.py            # all; or some: perceptron convolution cnn ...

A lab of its own starts with an empty home folder, so that only what is built in (Shapes-10, drawn by the lab) can be on
the pictures. They are in Lecture mode, as its letters can still be read when a picture is made smaller. Time in them
isn't true time: frames that show nothing new are left out, and long ones are thinned.
"""

import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))
from lab_server import CHROMIUM_FLAGS, PATIENCE, ROOT, LabServer, chromium, open_page, settle

FOLDER = ROOT / ".github" / "moving"
SCREEN, SIZE = {"width": 1280, "height": 720}, (800, 450)
MOST_FRAMES = 36
LAST_MS = 2500


class Film:
    """Frames of a page, one after the other; what shows nothing new is left out."""

    def __init__(self, page: Page, frame_ms: int = 140) -> None:
        self.page, self.frame_ms = page, frame_ms
        self.frames: list[Image.Image] = []

    def shoot(self) -> None:
        """One frame, as the page is now."""
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        if not self.frames or ImageChops.difference(picture, self.frames[-1]).getbbox():
            self.frames.append(picture)

    def until(self, there: Locator) -> None:
        """Frame after frame until something is on the page, and once more when all is drawn."""
        for _ in range(20 * PATIENCE):
            if there.count() and there.last.is_visible():
                break
            self.shoot()
            self.page.wait_for_timeout(50)
        else:
            raise TimeoutError(f"never seen: {there}")
        settle(self.page)
        self.page.wait_for_timeout(500)
        self.shoot()

    def save(self, name: str) -> None:
        """Thinned evenly; the first and the last frame stay."""
        n = min(MOST_FRAMES, len(self.frames))
        kept = [self.frames[round(i * (len(self.frames) - 1) / max(1, n - 1))] for i in range(n)]
        file = FOLDER / f"{name}.webp"
        kept[0].save(
            file, save_all=True, append_images=kept[1:], duration=[self.frame_ms] * (n - 1) + [LAST_MS], loop=0,
            quality=60, method=4,
        )  # fmt: skip
        print(f"{file.name}: {n} frames, {file.stat().st_size / 1000:.0f} kB")


def perceptron(page: Page, lab: str) -> Film:
    """The losses of the handout's network, live."""
    open_page(page, f"{lab}/Perceptron?n_train=4000&n_test=1000&n_epochs=30&present=1")
    return watched(page, "Train", page.locator(".live .said", has_text="Finished"))


def cnn(page: Page, lab: str) -> Film:
    """The convolutional network's, with what the picture of its training tells."""
    open_page(page, f"{lab}/CNN?n_train=1000&n_test=300&n_epochs=5&present=1")
    return watched(page, "Train", page.locator(".live .said", has_text="Finished"))


def convolution(page: Page, lab: str) -> Film:
    """Window by window over the handout's example."""
    open_page(page, f"{lab}/Convolution?present=1")
    page.locator(".lab figure").first.wait_for()
    film = Film(page, frame_ms=700)
    page.locator(".lab").press("Home")
    for _ in range(MOST_FRAMES - 1):
        page.wait_for_timeout(150)
        film.shoot()
        page.locator(".lab").press("ArrowRight")
    return film


def cross_validation(page: Page, lab: str) -> Film:
    """Folds that fill one after the other."""
    data = "n_train=2000&n_test=500"
    open_page(page, f"{lab}/Cross-validation?tab=K+folds&{data}&n_folds=5&network=MLP&n_epochs=3&present=1")
    return watched(page, "Start", page.get_by_text("Out-of-fold accuracy"))


def transfer(page: Page, lab: str) -> Film:
    """ResNet-18 pretrained on some classes, then three ways to go on with the others."""
    open_page(page, f"{lab}/Transfer?n_train=200&n_test=100&pre_epochs=1&per_class=5&transfer_epochs=4&dial=nothing")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".live .said", has_text="Finished").wait_for()
    settle(page)
    page.get_by_role("tab", name="Strategies").click()
    settle(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.wait_for_url(re.compile("experiment="))
    open_page(page, page.url + "&present=1")
    film = Film(page)
    film.until(page.get_by_role("heading", name="How far each layer has moved"))
    return film


def optimizers(page: Page, lab: str) -> Film:
    """The paths of the optimizers down a surface."""
    open_page(page, f"{lab}/Optimizers?tab=Landscape&n_steps=60&present=1")
    canvas = page.locator(".landscape canvas")
    canvas.wait_for()
    settle(page)
    canvas.press("Home")
    film = Film(page)
    for step in range(0, 61, 2):
        page.get_by_role("slider", name="Step", exact=True).fill(str(step))
        canvas.evaluate("canvas => canvas.scrollIntoView({block: 'end', behavior: 'instant'})")
        page.wait_for_timeout(60)
        film.shoot()
    return film


def watched(page: Page, button: str, over: Locator) -> Film:
    """From the press of a button to the end."""
    settle(page)
    film = Film(page)
    film.shoot()
    page.get_by_role("button", name=button, exact=True).click()
    film.until(over)
    return film


FILMS: dict[str, Callable[[Page, str], Film]] = {
    film.__name__: film for film in (perceptron, convolution, cnn, cross_validation, transfer, optimizers)
}


def main() -> None:
    """Record those that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = LabServer(Path(home))
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        try:
            for name in sys.argv[1:] or FILMS:
                page = browser.new_page(viewport=SCREEN, color_scheme="light")
                page.set_default_timeout(PATIENCE * 1000)
                FILMS[name](page, lab.url).save(name)
                page.close()
        finally:
            browser.close()
            lab.stop()


if __name__ == "__main__":
    main()
