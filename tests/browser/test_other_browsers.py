"""The main path of every page in Firefox and in WebKit, beside Chromium, which all other tests here drive."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_server import SETTLED, LabServer, wait_until
from other_browsers import Driver, missing, start

PAGES = ("", "Perceptron", "Convolution", "CNN", "Cross-validation", "Transfer", "Optimizers", "Bug_clinic",
         "Data", "Runs")  # fmt: skip


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """A window of each."""
    if why := missing(request.param):
        if os.environ.get("CHALKNET_REQUIRE_OTHER_BROWSERS"):
            pytest.fail(why)
        pytest.skip(why)
    driver = start(request.param)
    yield driver
    driver.close()


# Components stand in shadow trees, which querySelector does not enter
DEEP = """const all = (selector, root = document) => [...root.querySelectorAll(selector),
    ...[...root.querySelectorAll('*')].filter((e) => e.shadowRoot).flatMap((e) => all(selector, e.shadowRoot))];
    const one = (selector) => all(selector)[0];"""


def ask(driver: Driver, expression: str) -> Any:
    """What an expression is worth; ``all`` and ``one`` find elements in components too."""
    return driver.js(f"(() => {{ {DEEP} return {expression}; }})()")


def said(driver: Driver) -> str:
    return str(ask(driver, "[document.body, ...all('.live, .overlay')].map((e) => e.innerText).join(' ')"))


def go(driver: Driver, url: str) -> None:
    driver.go(url)
    settled = f"!!one({json.dumps(SETTLED)}) && !!one('h1')"
    wait_until(lambda: ask(driver, settled), f"{url} has come to rest")


# A button in the middle of a page that is still growing is elsewhere when the pointer comes
LIES_STILL = """((element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    const now = JSON.stringify([x, y, width, height]), before = element.dataset.lay;
    element.dataset.lay = now;
    let top = document.elementFromPoint(x + width / 2, y + height / 2);
    while (top?.shadowRoot?.elementFromPoint(x + width / 2, y + height / 2)) {
        const inner = top.shadowRoot.elementFromPoint(x + width / 2, y + height / 2);
        if (inner === top) break;
        top = inner;
    }
    return now === before && (element.contains(top) || !!top?.contains(element));
})"""


def middle(driver: Driver, element: str) -> tuple[float, float]:
    """Where an element lies still and uncovered, given as an expression of JavaScript; it is brought into sight."""
    wait_until(lambda: ask(driver, f"!!({element})"), f"there is {element}")
    scroll = f"({element})?.scrollIntoView({{block: 'center', behavior: 'instant'}})"
    still = f"{LIES_STILL}({element} ?? document.body)"
    wait_until(lambda: (ask(driver, scroll), ask(driver, still))[1], f"{element} lies still")
    box = ask(driver, f"(({{x, y, width, height}}) => ({{x, y, width, height}}))(({element}).getBoundingClientRect())")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press(driver: Driver, word: str, heard: Callable[[], object]) -> None:
    """A button by its word, as a person does: where nothing comes of it, they press again.

    A page that is drawn again between the pointer's coming and its press can swallow it, on a busy machine.
    """
    # The last line: an icon before it is a word too, of a font
    button = (
        "all('button:not([role])')"
        f".find(b => b.innerText.trim().split('\\n').pop() === {word!r} && !b.disabled)"
    )
    for _ in range(3):
        driver.point(*middle(driver, button), press=True)
        with contextlib.suppress(AssertionError):
            wait_until(heard, f"{word} was heard", seconds=15)
            return
    raise AssertionError(f"{word} was pressed three times, and the page says: {said(driver)}")


def has_begun(driver: Driver) -> bool:
    """Whether what was started can be stopped, or is over."""
    return "Finished" in said(driver) or ask(driver, "all('button').some(b => /Stop$/.test(b.innerText.trim()))")


def test_every_page_opens(driver: Driver, lab: LabServer) -> None:
    for name in PAGES:
        go(driver, f"{lab.url}/{name}")
        assert ask(driver, "document.querySelectorAll('[data-testid=stException]').length") == 0, name
        assert ask(driver, "document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"


def test_question_1_trains_and_its_live_picture_is_drawn(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Perceptron?n_train=500&n_test=200&n_epochs=2&H=64")
    press(driver, "Train", lambda: has_begun(driver))
    wait_until(lambda: "Finished" in said(driver), "the run is finished")
    inked = """all('.live canvas').map(c => [...c.getContext('2d')
        .getImageData(0, 0, c.width, c.height).data].some((v, i) => i % 4 == 3 && v > 0))"""
    wait_until(lambda: any(ask(driver, inked)), "the curve is drawn")
    assert all(ask(driver, inked))
    # Lecture mode without style queries, which Chromium knows and others do not
    go(driver, f"{ask(driver, 'location.href')}&present=1")
    box = "one('.live canvas')?.getBoundingClientRect()"
    has_the_screen = f"{box} && {box}.height > 0.5 * innerHeight && {box}.bottom <= innerHeight"
    wait_until(lambda: ask(driver, has_the_screen), "the curves have the screen")


def test_question_2_moves_by_keys_and_pointer(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Convolution")
    equation = "one('.lab .equation')?.innerText ?? ''"
    driver.point(*middle(driver, "one('.lab button[aria-label^=\"First step\"]')"), press=True)
    wait_until(lambda: "row 1, column 1" in ask(driver, equation), "the first step is shown")
    ask(driver, "one('.lab').focus()")
    driver.key("ArrowRight")
    wait_until(lambda: "row 1, column 2" in ask(driver, equation), "a key goes on")
    driver.key("End")
    wait_until(lambda: "row 1, column 2" not in ask(driver, equation), "a key goes to the end")
    cell = "one('.lab table[aria-label=\"After ReLU\"] tr:nth-child(3) td')"
    driver.point(*middle(driver, cell), press=False)
    wait_until(lambda: "row 3, column 1" in ask(driver, equation), "the pointer shows its window")


def test_a_file_is_uploaded(driver: Driver, lab: LabServer, tmp_path: Path) -> None:
    """A file of weights that is none: it has to arrive to be complained about by its name."""
    file = tmp_path / "weights.pt"
    file.write_bytes(b"no weights")
    go(driver, f"{lab.url}/CNN?tab=Save")
    selector = "[data-testid=stFileUploaderDropzoneInput]"
    wait_until(lambda: ask(driver, f"!!document.querySelector('{selector}')"), "a file can be chosen")
    driver.upload(selector, file)
    wait_until(lambda: "weights.pt" in said(driver), "the file is named")


def test_question_6_races(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Optimizers?n_train=500&n_test=100&H=16&n_contestants=2&n_epochs=2")
    press(driver, "Race", lambda: has_begun(driver))
    wait_until(lambda: "Finished: 2 runs." in said(driver), "the race is over")


def test_lecture_mode_by_its_key(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Perceptron?lang=fr")
    # What listens to the keys also sets the language, so that it can be waited for
    wait_until(lambda: ask(driver, "document.documentElement.lang") == "fr", "keys are listened to")
    driver.key("p")
    wait_until(lambda: "present=1" in ask(driver, "location.href"), "the key is heard")
    wait_until(lambda: ask(driver, "getComputedStyle(document.documentElement).getPropertyValue('--lecture')").strip()
               == "1", "letters grow")  # fmt: skip
    zoom = "getComputedStyle(document.querySelector('[data-testid=stMain]')).zoom"
    assert float(ask(driver, zoom)) > 1.4
    driver.key("p")
    wait_until(lambda: "present=1" not in ask(driver, "location.href"), "and left by it")
