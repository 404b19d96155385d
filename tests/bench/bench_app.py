"""The app against the same training without it, and how long a person waits.

    python tests/bench/bench_app.py [--rounds 3]

A real Chromium watches a run of the handout's MLP on the 50,000 photographs, its picture live, on the same processor;
in turn with it the same run headless. Then: click to first loss, slider to settled page, start to Home, memory.
Run it alone on the machine.
"""

import argparse
import re
import time

import psutil
from bench_training import headless
from common import BENCH_HOME, in_turn, median, photographs, ratio, verdict
from lab_server import CHROMIUM_FLAGS, LabServer, chromium, settle, wait_until
from playwright.sync_api import Browser, Page, sync_playwright

FIRST_LOSS = """() => [...document.querySelectorAll('*')].some((e) => {
  const figures = e.shadowRoot?.querySelector('.figures');
  return figures?.children[2] && !figures.children[2].textContent.endsWith('–');
})"""
SETTLED_PARAMETERS = """(old) => {
  const text = [...document.querySelectorAll('p')].find((e) => e.textContent.endsWith('parameters'))?.textContent;
  const app = document.querySelector("[data-testid='stApp']");
  return text && text !== old && app.dataset.testScriptState === 'notRunning';
}"""


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    settle(page)
    return page


def in_the_app(browser: Browser, server: LabServer) -> float:
    """Images per second of the second of two epochs, as the headless run's, watched live."""
    from core import runs

    address = f"{server.url}/Perceptron?dataset=Photographs&n_train=50000&n_test=10000&n_epochs=2"
    page = open_page(browser, address)
    page.get_by_role("button", name="Train").click()
    page.wait_for_url(re.compile("run="))
    run = runs.open_run(re.search(r"run=([a-z2-7]{24})", page.url).group(1))
    wait_until(lambda: run.status.is_finished, "the run ends", seconds=120)
    page.context.close()
    return float(run.history().epochs[-1]["images_per_second"])


def click_to_first_loss(browser: Browser, server: LabServer, seed: int) -> float:
    """Seconds from the press of Train to a loss on the screen, on 5,000 pictures."""
    page = open_page(browser, f"{server.url}/Perceptron?random_state={seed}")
    page.wait_for_timeout(500)  # a person looks before pressing
    begin = time.perf_counter()
    page.get_by_role("button", name="Train").click()
    page.wait_for_function(FIRST_LOSS, polling=10)
    seconds = time.perf_counter() - begin
    page.get_by_text("Finished").wait_for()
    page.context.close()
    return seconds


def slider_moves(browser: Browser, server: LabServer, n: int = 20) -> list[float]:
    """Seconds from a key on the slider of H to the settled page with its new parameter count."""
    page = open_page(browser, f"{server.url}/Perceptron")
    page.get_by_role("slider", name="H, hidden units").focus()
    seconds = []
    for _ in range(n):
        old = page.get_by_text(re.compile("parameters$")).first.text_content()
        begin = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(SETTLED_PARAMETERS, arg=old, polling=5)
        seconds.append(time.perf_counter() - begin)
        page.wait_for_timeout(200)
    page.context.close()
    return seconds


def start_to_home(browser: Browser) -> tuple[float, float]:
    """Seconds from ``streamlit run`` to a Home that answers, and the app's memory then (MB)."""
    begin = time.perf_counter()
    server = LabServer(BENCH_HOME)
    try:
        page = open_page(browser, server.url)
        page.get_by_text("Ready?").wait_for()
        seconds = time.perf_counter() - begin
        page.wait_for_timeout(8000)  # the engine is up by then, and what it costs the app is counted in
        megabytes = psutil.Process(server.process.pid).memory_info().rss / 1e6
        page.context.close()
    finally:
        server.stop()
    return seconds, megabytes


def worker_megabytes(server: LabServer) -> float:
    """Memory of the largest process below the app: a worker that has trained on 50,000 pictures."""
    return max(p.memory_info().rss for p in server.family()[1:]) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    name = photographs()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        starts = [start_to_home(browser) for _ in range(rounds)]
        verdict("streamlit run to a usable Home", median([s for s, _ in starts]), 4, at_least=False, unit=" s")
        verdict("app process on Home", median([m for _, m in starts]), 300, at_least=False, unit=" MB")
        server = LabServer(BENCH_HOME)
        try:
            open_page(browser, server.url)
            wait_until(lambda: len(server.family()) >= 3, "the engine is there")
            click_to_first_loss(browser, server, 1)  # warms the engine
            losses = [click_to_first_loss(browser, server, seed) for seed in range(2, 2 + max(3, rounds))]
            print("  seconds from click to first loss:", [round(s, 2) for s in losses])
            verdict("click to first loss on screen", median(losses), 1, at_least=False, unit=" s")
            moves = slider_moves(browser, server)
            print("  milliseconds from slider to settled page:", [round(1000 * s) for s in moves])
            verdict("slider move to settled page", 1000 * median(moves), 150, at_least=False, unit=" ms")
            print("images a second")
            figures = in_turn(
                {"in the app": lambda: in_the_app(browser, server), "headless": lambda: headless(name)}, rounds
            )
            print("medians:", {key: round(median(values)) for key, values in figures.items()})
            verdict("in the app / headless", ratio(*figures.values()), 0.85, at_least=True)
            verdict("worker with 50,000 pictures", worker_megabytes(server), 1200, at_least=False, unit=" MB")
        finally:
            server.stop()
            browser.close()


if __name__ == "__main__":
    main()
