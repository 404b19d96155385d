"""How fast Question 2 moves, redraws and opens; by hand: python tests/bench/bench_convolution.py

Each time in the browser is from the event to the second animation frame after it: what is drawn by then is on the
screen.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from common import verdict  # first, as it finds the rest
from lab_server import CHROMIUM_FLAGS, LabServer, chromium, settle
from playwright.sync_api import Page, sync_playwright

from core.convolution import convolve

LINK = "/Convolution?source=data&kernel=sobel_x&padding=1&pooling=none"  # 32 x 32, 3 x 3
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

STEPS = f"""async ([how, n]) => {{
  const root = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.lab')).find(Boolean);
  const slider = root.querySelector('input[type=range]');
  const canvas = [...root.querySelectorAll('canvas')].at(-1);
  const box = canvas.getBoundingClientRect();
  const times = [];
  for (let k = 0; k < n; k++) {{
    const started = performance.now();
    if (how === 'slider') {{
      slider.value = (k * 7) % 1024;
      slider.dispatchEvent(new Event('input'));
    }} else {{
      const [x, y] = [(k * 7) % 32, k % 32];
      const at = {{ clientX: box.left + (box.width * x) / 32 + 2, clientY: box.top + (box.height * y) / 32 + 2 }};
      canvas.dispatchEvent(new PointerEvent('pointermove', at));
    }}
    await ({PAINTED})();
    times.push(performance.now() - started);
  }}
  return times;
}}"""

EDITS = f"""async (n) => {{
  const root = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.lab')).find(Boolean);
  const times = [];
  for (let k = 0; k < n; k++) {{
    const field = root.querySelector('[aria-label="Kernel, row 1, column 1"]');
    const redrawn = new Promise((done) => {{
      const observer = new MutationObserver(() => {{ observer.disconnect(); done(); }});
      observer.observe(root.querySelector('.stage'), {{ childList: true }});
    }});
    const started = performance.now();
    field.value = String(k + 50); // never what it was, or nothing is redrawn
    field.dispatchEvent(new Event('blur'));
    await redrawn;
    await ({PAINTED})();
    times.push(performance.now() - started);
  }}
  return times;
}}"""


def opened(page: Page, url: str) -> float:
    """Seconds until the picture stands and the script has run."""
    started = time.monotonic()
    page.goto(url)
    page.locator(".lab figure").first.wait_for()
    settle(page)
    return time.monotonic() - started


def bench_convolve() -> None:
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(3, 32, 32)), rng.normal(size=(16, 3, 3, 3))
    times = []
    for _ in range(50):
        started = time.perf_counter()
        assert convolve(image, kernel, padding=1).output.shape == (16, 32, 32)
        times.append(1000 * (time.perf_counter() - started))
    verdict(
        "convolve of 3 x 32 x 32 with 16 filters of 3 x 3", statistics.median(times), 20, at_least=False, unit=" ms"
    )


def bench_browser() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        first, torch_seen = [], False
        for _ in range(3):
            server = LabServer(Path(tempfile.mkdtemp()))
            first.append(opened(browser.new_page(), f"{server.url}/Convolution"))
            maps = Path(f"/proc/{server.process.pid}/maps")
            torch_seen |= maps.exists() and "libtorch" in maps.read_text()
            server.stop()
        verdict("first visit of a just started server", statistics.median(first), 2.5, at_least=False, unit=" s")
        print("        torch in the server's process:", "yes" if torch_seen else "no")
        server = LabServer(Path(tempfile.mkdtemp()))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        frames: list[object] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
        opened(page, server.url + LINK)
        before = len(frames)
        for how in ("slider", "pointer"):
            times = page.evaluate(STEPS, [how, 200])
            verdict(f"a step by {how}, 32 x 32, drawn", statistics.median(times), 50, at_least=False, unit=" ms")
        print("        frames sent meanwhile:", len(frames) - before)
        for link, grid in ((LINK, "32 x 32"), ("/Convolution", "4 x 3")):
            opened(page, server.url + link)
            times = page.evaluate(EDITS, 30)
            verdict(f"an edited cell redrawn, {grid}", statistics.median(times), 200, at_least=False, unit=" ms")
        server.stop()
        browser.close()


if __name__ == "__main__":
    bench_convolve()
    bench_browser()
