"""The main path of every page in Firefox and in WebKit, beside Chromium, which all other tests here drive."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_server import SETTLED, LabServer, wait_until
from other_browsers import Driver, missing, start

PAGES = ("", "Perceptron", "Convolution", "CNN", "Cross-validation", "Transfer", "Optimizers", "Data", "Runs")


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """A window of each."""
    if why := missing(request.param):
        if os.environ.get("CHALKNET_REQUIRE_BROWSER"):
            pytest.fail(why)
        pytest.skip(why)
    driver = start(request.param)
    yield driver
    driver.close()


def said(driver: Driver) -> str:
    return str(driver.js("document.body.innerText"))


def go(driver: Driver, url: str) -> None:
    driver.go(url)
    wait_until(lambda: driver.js(f"!!document.querySelector({json.dumps(SETTLED)}) && !!document.querySelector('h1')"),
               f"{url} has come to rest")  # fmt: skip


def middle(driver: Driver, element: str) -> tuple[float, float]:
    """Where an element is, given as an expression of JavaScript; it is brought into sight."""
    wait_until(lambda: driver.js(f"!!({element})"), f"there is {element}")
    driver.js(f"({element}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
    box = driver.js(f"(({{x, y, width, height}}) => ({{x, y, width, height}}))(({element}).getBoundingClientRect())")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press(driver: Driver, word: str) -> None:
    """A button by its word, as a person does."""
    # The last line: an icon before it is a word too, of a font
    button = (
        "[...document.querySelectorAll('button')]"
        f".find(b => b.innerText.trim().split('\\n').pop() === {word!r} && !b.disabled)"
    )
    driver.point(*middle(driver, button), press=True)


def test_every_page_opens(driver: Driver, lab: LabServer) -> None:
    for name in PAGES:
        go(driver, f"{lab.url}/{name}")
        assert driver.js("document.querySelectorAll('[data-testid=stException]').length") == 0, name
        assert driver.js("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"


def test_question_1_trains_and_its_live_picture_is_drawn(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Perceptron?n_train=500&n_test=200&n_epochs=2&H=64")
    press(driver, "Train")
    wait_until(lambda: "Finished" in said(driver), "the run is finished")
    inked = """[...document.querySelectorAll('.live canvas')].map(c => [...c.getContext('2d')
        .getImageData(0, 0, c.width, c.height).data].some((v, i) => i % 4 == 3 && v > 0))"""
    wait_until(lambda: any(driver.js(inked)), "the curve is drawn")
    assert all(driver.js(inked))


def test_question_2_moves_by_keys_and_pointer(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Convolution")
    equation = "document.querySelector('.lab .equation').innerText"
    driver.point(*middle(driver, "document.querySelector('.lab button[aria-label=\"First step\"]')"), press=True)
    wait_until(lambda: "row 1, column 1" in driver.js(equation), "the first step is shown")
    driver.js("document.querySelector('.lab').focus()")
    driver.key("ArrowRight")
    wait_until(lambda: "row 1, column 2" in driver.js(equation), "a key goes on")
    driver.key("End")
    wait_until(lambda: "row 1, column 2" not in driver.js(equation), "a key goes to the end")
    cell = "document.querySelector('.lab [role=table][aria-label=\"After ReLU\"] tr:nth-child(3) td')"
    cell = f"({cell} || document.querySelector('.lab table[aria-label=\"After ReLU\"] tr:nth-child(3) td'))"
    driver.point(*middle(driver, cell), press=False)
    wait_until(lambda: "row 3, column 1" in driver.js(equation), "the pointer shows its window")


def test_a_file_is_uploaded(driver: Driver, lab: LabServer, tmp_path: Path) -> None:
    """A file of weights that is none: it has to arrive to be complained about by its name."""
    file = tmp_path / "weights.pt"
    file.write_bytes(b"no weights")
    go(driver, f"{lab.url}/CNN?tab=Save")
    selector = "[data-testid=stFileUploaderDropzoneInput]"
    wait_until(lambda: driver.js(f"!!document.querySelector('{selector}')"), "a file can be chosen")
    driver.upload(selector, file)
    wait_until(lambda: "weights.pt" in said(driver), "the file is named")


def test_question_6_races(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Optimizers?n_train=500&n_test=100&H=16&n_contestants=2&n_epochs=2")
    press(driver, "Race")
    wait_until(lambda: "Finished: 2 runs." in said(driver), "the race is over")


def test_lecture_mode_by_its_key(driver: Driver, lab: LabServer) -> None:
    go(driver, f"{lab.url}/Perceptron")
    driver.key("p")
    wait_until(lambda: "present=1" in driver.js("location.href"), "the key is heard")
    wait_until(lambda: driver.js("getComputedStyle(document.documentElement).getPropertyValue('--lecture')").strip()
               == "1", "letters grow")  # fmt: skip
    zoom = "getComputedStyle(document.querySelector('[data-testid=stMain]')).zoom"
    assert float(driver.js(zoom)) > 1.4
    driver.key("p")
    wait_until(lambda: "present=1" not in driver.js("location.href"), "and left by it")
