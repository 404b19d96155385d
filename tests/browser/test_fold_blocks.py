"""The K folds as blocks, drawn without a page around them: the diagonal, what moves, what can be told apart."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from core.charts.colours import SERIES
from pages.cross_validation.fold_blocks import Row, planned

FOLDER = Path(__file__).resolve().parents[2] / "pages" / "cross_validation" / "components" / "fold_blocks"
Show = Callable[[list[Row]], Page]


@pytest.fixture
def drawing(browser: Browser) -> Iterator[Callable[[str], Show]]:
    """Draws rows with or without motion, at the width of a phone or of a projector."""
    opened = []

    def begin(reduced_motion: str, width: int = 1000) -> Show:
        context = browser.new_context(reduced_motion=reduced_motion, viewport={"width": width, "height": 700})
        opened.append(context)
        page = context.new_page()
        html, css = ((FOLDER / f"fold_blocks.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
        page.set_content(f"<style>{css}</style>{html}")
        page.add_script_tag(path=FOLDER / "blocks.js")
        page.evaluate("() => { window.blocks = new Blocks(document.querySelector('.fold_blocks')); }")

        def show(rows: list[Row]) -> Page:
            data = {"rows": [asdict(row) for row in rows], "parts": len(rows), "mean": None}
            page.evaluate("(data) => window.blocks.show(data)", data)
            return page

        return show

    yield begin
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", [390, 1000])
@pytest.mark.parametrize("n_folds", [2, 5, 10])
def test_the_held_out_parts_are_the_diagonal(drawing: Callable[..., Show], n_folds: int, width: int) -> None:
    page = drawing("reduce", width)(planned(n_folds))
    for i in range(n_folds):
        blocks = page.locator(".parts").nth(i).locator("i")
        assert blocks.all_text_contents() == [str(k + 1) for k in range(n_folds)]
        assert [k for k in range(n_folds) if blocks.nth(k).get_attribute("class") == "held"] == [i]
    lefts = [box["x"] for box in (page.locator(".held").nth(i).bounding_box() for i in range(n_folds)) if box]
    assert lefts == sorted(set(lefts))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("motion", "n_moving"), [("no-preference", 1), ("reduce", 0)])
def test_the_held_out_part_comes_down_as_its_fold_begins(
    drawing: Callable[..., Show], motion: str, n_moving: int
) -> None:
    show, before = drawing(motion), planned(3)
    moving = "document.querySelectorAll('.held')[1].getAnimations().length"
    assert show(before).evaluate(moving) == 0
    begun = [replace(before[0], state="done"), replace(before[1], state="trains"), before[2]]
    assert show(begun).evaluate(moving) == n_moving
    assert show(begun).evaluate(moving) == n_moving  # the next poll does not begin it anew
    assert show(begun).evaluate("document.querySelector('li.trains .name').textContent") == "fold 2"


def test_two_that_begin_at_once_come_from_the_rows_above_them(drawing: Callable[..., Show]) -> None:
    show, before = drawing("no-preference"), planned(4)
    show(before)
    page = show([before[0], *(replace(row, state="trains") for row in before[1:3]), before[3]])
    step = "document.querySelectorAll('.held')[{}].getAnimations()[0].effect.getKeyframes()[0].transform"
    moves = [[float(part) for part in re.findall(r"-?[\d.]+", page.evaluate(step.format(i)))] for i in (1, 2)]
    assert moves[0] == pytest.approx(moves[1], abs=1)  # the browser's blocks begin at whole pixels
    across, up = moves[0]
    blocks = [page.locator(".parts").nth(0).locator("i").nth(k).bounding_box() for k in range(2)]
    assert across == pytest.approx(blocks[0]["x"] - blocks[1]["x"], abs=1)  # a column to the left
    assert up < 0


def test_a_row_is_read_as_one_sentence(drawing: Callable[..., Show]) -> None:
    page = drawing("reduce")(planned(3))
    seen = page.locator("li").nth(1).aria_snapshot()
    assert seen == "- listitem: \"Fold 2: judged on part 2, trained on the other 2 parts; not started.\""


def luminance(colour: str) -> float:
    """Relative, as WCAG 2.2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", SERIES)
def test_a_folds_colour_is_seen_on_both_papers_and_its_number_on_it(colour: str) -> None:
    assert contrast(colour, "#000000") >= 4.5
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colour, "#14201c") >= 3
