"""Question 2 as one HTML file: opened from the disk, without a request; its cells are core's, its hints as well."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core.convolution.exercises import Attempt, answer_cell, begin, make_exercise
from core.convolution.lesson import EXAMPLES, Lesson, work
from pages.convolution.saved_page import saved_page

LESSONS = {
    "plain": Lesson(),
    "padded and strided": Lesson(padding=(1, 2), stride=(2, 1), pooling="average"),
    "three channels, two filters": EXAMPLES["channels"][1],
    "no pooling": EXAMPLES["edges"][1],
}
CELLS = """(title) => [...document.querySelectorAll("figure")]
  .filter((figure) => figure.textContent.startsWith(title)).flatMap((figure) => [...figure.querySelectorAll("tr")])
  .map((row) => [...row.cells].map((cell) => cell.textContent.replace("\\u2212", "-")))"""


@pytest.fixture(params=["light", "dark"])
def offline(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window that fetches nothing, and fails if it is asked to."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=request.param)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    yield page
    context.close()
    assert all(url.startswith("file://") for url in asked), asked


def opened(page: Page, folder: Path, lesson: Lesson) -> None:
    file = folder / "convolution.html"
    file.write_text(saved_page(work(lesson)), encoding="utf-8")
    page.goto(file.as_uri())
    expect(page.locator(".lab .count")).to_contain_text("/")


@pytest.mark.parametrize("name", LESSONS)
def test_all_cells_are_those_of_torch(offline: Page, tmp_path: Path, name: str) -> None:
    lesson = LESSONS[name]
    opened(offline, tmp_path, lesson)
    worked = work(lesson)
    image, kernel = (torch.tensor(np.array(grid), dtype=torch.float64) for grid in (worked.image, lesson.kernel))
    padding = lesson.padding if lesson.padding == "same" else tuple(lesson.padding)
    sums = torch.nn.functional.conv2d(
        image[None], kernel, torch.tensor(lesson.bias, dtype=torch.float64), lesson.stride, padding
    )[0]
    offline.get_by_role("checkbox", name="whole maps").check()
    filters = offline.get_by_label("Filter")
    for k in range(len(kernel)):
        if len(kernel) > 1:
            filters.select_option(str(k))
        told = np.array(offline.evaluate(CELLS, "Sum"), dtype=float)
        np.testing.assert_allclose(told, sums[k].numpy(), atol=0.005)


def test_it_is_stepped_through_by_keys_and_axe_is_clean(offline: Page, tmp_path: Path) -> None:
    opened(offline, tmp_path, Lesson())
    count = offline.locator(".count")
    before = count.inner_text()
    offline.locator(".lab").press("ArrowRight")
    expect(count).not_to_have_text(before)
    offline.get_by_label("Show").select_option("exercises 3")
    found = Axe().run(offline).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    offline.set_viewport_size({"width": 390, "height": 844})
    assert offline.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("kind", "level"), [("convolution", "a"), ("convolution", "3"), ("pooling", "b")])
def test_answers_are_met_as_the_lab_meets_them(offline: Page, tmp_path: Path, kind: str, level: str) -> None:
    """Each usual mistake in a cell where it shows, a slip of the keyboard, the right number: hint by hint as core."""
    opened(offline, tmp_path, Lesson())
    exercise = make_exercise(kind, level, 0 if level in "ab" else 1, 3)
    option = offline.locator("#chosen option").filter(has_text="The whole map")
    names = {"convolution": "Activation map", "pooling": "Pooling"}
    titles = {"a": "Handout 1", "b": "Handout 2", "3": "Level 3"}
    texts = [text for text in option.all_inner_texts() if names[kind] in text and titles[level] in text]
    offline.get_by_label("Show").select_option(label=texts[0])
    attempt = begin(exercise)
    for place, text in answers(exercise):
        cell = offline.locator(f'[data-place="{place[0]},{place[1]}"]')
        cell.fill(text)
        cell.press("Enter")
        attempt = answer_cell(exercise, attempt, place, text)
        hint = attempt.hint if attempt.hint else "Right. The next one?"
        if "allowed are" in hint:
            hint = "llowed are numbers"
        expect(offline.locator(".lab .hint")).to_contain_text(hint)
    right, settled = attempt.score()
    expect(offline.locator(".score")).to_have_text(f"Score: {right} of {settled} right at the first try.")


def answers(exercise) -> list[tuple[tuple[int, int], str]]:
    """A cell for each mistake, so that none is tried three times; in the last one a slip, then what is right."""
    given, left = [], list(exercise.blanks)
    for variants in exercise.mistakes.values():
        wrong = variants[0]
        shows = [p for p in left if not np.isnan(wrong[p]) and abs(wrong[p] - exercise.right[p]) > 0.01]
        if shows and len(left) > 1:
            left.remove(shows[0])
            given.append((shows[0], f"{wrong[shows[0]]:.12g}"))
    return [*given, (left[0], "seven"), (left[0], f"{exercise.right[left[0]]:.12g}")]


def test_an_attempt_of_core_is_what_it_is_compared_with() -> None:
    exercise = make_exercise("convolution", "a", 0, 3)
    assert isinstance(begin(exercise), Attempt)
    assert len(answers(exercise)) >= 4
