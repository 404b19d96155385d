"""A walk in the browser: by the sidebar, tabs, F5, Back and Forward, with settings moved on the way.

That every page obeys its address, and keeps its settings on every way, is walked without a browser in
``tests/pages/test_walks.py``. Here it is the browser that sends the addresses, at its own pace.
"""

import os
import random
import re
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qs, urlparse

import pytest
from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Locator, Page, expect

IS_LONG = int(os.environ.get("CHALKNET_WALKS", "6")) >= 100  # as the walks without a browser are by hand
SEEDS, N_STEPS = (range(10), 40) if IS_LONG else (range(2), 14)


class Lesson(NamedTuple):
    """A page of the walk: its heading, its own default rate, and two tabs that show the settings."""

    heading: str
    rate: str
    tabs: tuple[str, str]


PAGES = {  # by the last part of the address
    "Perceptron": Lesson("1. Multi-layer perceptron", "0.01", ("Learn", "Network")),
    "CNN": Lesson("3. Convolutional network", "0.001", ("Learn", "Network")),
    "Cross-validation": Lesson("4. skorch and K folds", "0.001", ("Fewer lines", "K folds")),
}
FIELDS = {"random_state": "0", "data_seed": "0"}
LAB = ("data_seed",)
# Never to what was before the first page: no page of the lab comes there
_GO = "(by) => { if (by < 0 ? navigation.canGoBack : navigation.canGoForward) history.go(by); }"


class Walk:
    """A person with a browser, and what the page in front of them has to show."""

    def __init__(self, page: Page, lab: LabServer, seed: int) -> None:
        self.page, self.lab, self.random = page, lab, random.Random(seed)
        self.own: dict[str, dict[str, str]] = {name: {} for name in PAGES}
        self.everywhere: dict[str, str] = {}
        self.seen: set[tuple[str, ...]] = set()  # how each page has stood
        open_page(page, f"{lab.url}/Perceptron?n_train=200&n_test=100")
        self.look()

    def step(self) -> str:
        """Do one thing at random, and look; what it was."""
        moves = (self.sidebar, self.tab, self.field, self.rate, self.field, self.rate, self.reload, self.back)
        move = self.random.choice(moves)
        move()
        settle(self.page)
        self.look()
        return move.__name__

    def here(self) -> str:
        return urlparse(self.page.url).path.rpartition("/")[2]

    def told(self, name: str) -> str | None:
        return parse_qs(urlparse(self.page.url).query).get(name, [None])[0]

    def due(self, name: str) -> str:
        """What the model says."""
        return (self.everywhere if name in LAB else self.own[self.here()]).get(name, self.default(name))

    def default(self, name: str) -> str:
        return PAGES[self.here()].rate if name == "learning_rate" else FIELDS[name]

    def shown(self, name: str) -> str:
        if name == "learning_rate":
            shown = self.page.locator(".st-key-learning_rate").get_by_test_id("stSliderThumbValue").all_text_contents()
            return " and ".join(shown)  # folded or not; for a moment those of two tabs
        return self.page.locator(f".st-key-{name} input").input_value()

    def look(self) -> None:
        """What is shown is what the address says, and what was set."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        for name in self.names():
            wait_until(partial(self.is_right, name), f"{name} is {self.due(name)}", instead=self.sight)
        self.seen.add(self.stands())

    def sight(self) -> str:
        """What is there instead."""
        return f"{ {name: self.shown(name) for name in self.names()} } on {self.page.url}, {self.told('learning_rate')}"

    def is_right(self, name: str) -> bool:
        return self.is_consistent(name) and self.shown(name) == self.due(name)

    def is_consistent(self, name: str) -> bool:
        return self.shown(name) == (self.told(name) or self.default(name))

    def stands(self) -> tuple[str, ...]:
        """The page with its own settings as they are shown."""
        return (self.here(), *(self.shown(name) for name in self.names() if name not in LAB))

    def names(self) -> tuple[str, ...]:
        return ("learning_rate", *FIELDS)

    def note(self, name: str, value: str) -> None:
        (self.everywhere if name in LAB else self.own[self.here()])[name] = value

    def sidebar(self) -> None:
        name = self.random.choice([page for page in PAGES if page != self.here()])
        self.page.get_by_test_id("stSidebarNavLink").and_(self.page.locator(f"[href$='/{name}']")).click()
        self.page.wait_for_url(re.compile(f"/{name}\\?"))

    def tab(self) -> None:
        self.page.get_by_role("tab", name=self.random.choice(PAGES[self.here()].tabs), exact=True).click()

    def field(self) -> None:
        name, value = self.random.choice(list(FIELDS)), str(self.random.randint(1, 9))
        field = self.page.locator(f".st-key-{name} input")
        self.unfold(field)
        field.fill(value)
        field.press("Enter")
        self.note(name, value)

    def unfold(self, widget: Locator) -> None:
        if not widget.is_visible():
            self.page.get_by_text("More settings").click()

    def rate(self) -> None:
        slider = self.page.locator(".st-key-learning_rate").get_by_role("slider")
        before = self.shown("learning_rate")
        self.unfold(self.page.locator(".st-key-learning_rate"))
        slider.press(self.random.choice(["ArrowLeft", "ArrowRight"]))
        wait_until(lambda: self.shown("learning_rate") != before, "the slider moves")
        self.note("learning_rate", self.shown("learning_rate"))

    def reload(self) -> None:
        self.page.reload()
        self.own = {name: (own if name == self.here() else {}) for name, own in self.own.items()}

    def back(self) -> None:
        """Back or forward, maybe to another page, which stands as it has stood once."""
        self.page.evaluate(_GO, self.random.choice([-1, -1, 1]))
        settle(self.page)
        wait_until(lambda: self.here() in PAGES, "the browser is on a page of the walk")
        expect(self.page.get_by_role("heading", name=PAGES[self.here()].heading)).to_be_visible()
        settle(self.page)
        for name in self.names():
            wait_until(partial(self.is_consistent, name), f"{name} is that of {self.page.url}")
        assert self.stands() in self.seen | {(self.here(), PAGES[self.here()].rate, "0")}
        told = {name: text for name in self.names() if (text := self.told(name)) is not None}
        self.own[self.here()] = {name: text for name, text in told.items() if name not in LAB}
        self.everywhere = {name: text for name, text in told.items() if name in LAB}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_in_the_browser_shows_what_was_set(page: Page, lab: LabServer, seed: int) -> None:
    walk = Walk(page, lab, seed)
    steps: list[str] = []
    for _ in range(N_STEPS):
        steps.append(walk.step())
        print(steps[-1], page.url)  # shown where it fails
