"""Question 2 on a screen: everything that one looks at together is in sight together, and nothing lies over it."""

from urllib.parse import urlencode

import pytest
from lab_server import settle
from playwright.sync_api import Page, expect

from core.convolution.lesson import EXAMPLES, to_query

SCREENS = [(1280, 800), (1024, 768)]
PHONE, KEYBOARD = (390, 844), 336  # its keyboard takes so much of the height
# The boxes of all that is looked at: [name, left, top, right, bottom]
BOXES = """(lab) => {
    const box = (name, node) => {
        const b = node.getBoundingClientRect();
        return [name, b.left, b.top, b.right, b.bottom];
    };
    const figures = [...lab.querySelectorAll("figure")];
    return [...figures.map((figure) => box(figure.querySelector("strong").textContent, figure)),
            box("Equation", lab.querySelector(".equation"))];
}"""
# What of a figure's cells, or of the equation's lines, is not what one finds at its place
COVERED = """(lab) => [...lab.querySelectorAll("td, canvas, .line")].filter((node) => {
    const b = node.getBoundingClientRect();
    const found = lab.getRootNode().elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2);
    return !(found && (node.contains(found) || (node.matches("canvas") && found.matches(".outline"))));
}).map((node) => node.outerHTML.slice(0, 80))"""


def boxes(page: Page) -> dict[str, list[float]]:
    return {name: box for name, *box in page.locator(".lab").evaluate(BOXES)}


def overlaps(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def assert_in_sight_together(page: Page, width: int, height: int) -> dict[str, list[float]]:
    found = boxes(page)
    for name, (left, top, right, bottom) in found.items():
        assert 0 <= left < right <= width, (name, left, right)
        assert 0 <= top < bottom <= height, (name, top, bottom)
    names = list(found)
    for k, name in enumerate(names):
        assert not [other for other in names[k + 1 :] if overlaps(found[name], found[other])], name
    assert page.locator(".lab").evaluate(COVERED) == []
    return found


def open_picture(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".lab figure").first).to_be_visible()
    settle(page)


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_in_sight_at_once(page, lab_server, name, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    lesson = EXAMPLES[name][1]
    open_picture(page, f"{lab_server}/Convolution?{urlencode(to_query(lesson))}")
    found = assert_in_sight_together(page, *size)
    wanted = {"Image", "Equation"} | ({"Sum", "After ReLU"} if lesson.activation == "relu" else {"Activation map"})
    wanted |= {"Max-pooled"} if lesson.pooling == "max" else set()
    assert wanted <= set(found)
    assert any(title.startswith("Kernel") for title in found)
    # It starts on a window that gives something
    assert not page.locator(".lab .line").last.inner_text().rstrip().endswith("= 0")


def test_the_second_filter_is_in_sight_too_and_each_step_keeps_its_place(page, lab_server):
    page.set_viewport_size({"width": 1024, "height": 768})
    open_picture(page, f"{lab_server}/Convolution?{urlencode(to_query(EXAMPLES['channels'][1]))}")
    page.locator(".lab").get_by_label("Filter").select_option("1")
    before = assert_in_sight_together(page, 1024, 768)
    page.locator(".lab").focus()
    page.keyboard.press("End")
    assert assert_in_sight_together(page, 1024, 768) == before


def test_a_button_of_the_handout_moves_the_picture_into_sight(page, lab_server):
    open_picture(page, f"{lab_server}/Convolution")
    button = page.get_by_role("button", name="Averages 16.5 and 24")
    button.scroll_into_view_if_needed()
    button.click()
    expect(page.locator(".lab .equation")).to_contain_text("(8 + 25) / 2 = 16.5")
    expect(page.locator(".lab .equation .note")).to_be_in_viewport(ratio=1)
    expect(page.locator(".lab figure").first).to_be_in_viewport(ratio=1)
    expect(page.locator(".lab figure").last).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("code", ["convolution.a.0.3", "convolution.b.0.3", "pooling.b.0.3", "convolution.3.7.3"])
def test_the_grids_are_in_sight_above_a_phones_keyboard(page, lab_server, code):
    width, height = PHONE
    page.set_viewport_size({"width": width, "height": height})
    open_picture(page, f"{lab_server}/Convolution?view=Do+it+yourself&exercise={code}")
    for name, (left, top, right, bottom) in boxes(page).items():
        assert name == "Equation" or (0 <= left < right <= width and 0 <= top < bottom <= height), (name, top, bottom)
    page.locator(".lab td input").first.click()
    page.set_viewport_size({"width": width, "height": height - KEYBOARD})  # what a keyboard does to what is seen
    for title in page.locator(".lab figure").all():
        expect(title).to_be_in_viewport(ratio=0.98)
    expect(page.locator(".lab td input").first).to_be_focused()


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_no_exercise_is_wider_than_the_screen(page, lab_server, width):
    """Of each kind and level some; the largest map that is asked for is 6 cells wide."""
    page.set_viewport_size({"width": width, "height": 844})
    wrong = []
    for kind, level, seed in (("convolution", 2, 7), ("convolution", 3, 1), ("pooling", 2, 2), ("pooling", 3, 5),
                              ("convolution", 1, 9), ("convolution", 2, 11)):  # fmt: skip
        code = f"{kind}.{level}.{seed}.3"
        open_picture(page, f"{lab_server}/Convolution?view=Do+it+yourself&exercise={code}")
        found, lab = boxes(page), page.locator(".lab").bounding_box()
        names, edge = list(found), lab["x"] + lab["width"] + 1
        wrong += [f"{code}: {name} from {box[0]} to {box[2]}" for name, box in found.items() if box[2] > edge]
        wrong += [
            f"{code}: {one} lies over {other}"
            for k, one in enumerate(names) for other in names[k + 1 :] if overlaps(found[one], found[other])
        ]  # fmt: skip
    assert wrong == []


def test_cells_and_letters_grow_with_the_screen(page, lab_server):
    sizes = []
    for width, height in ((1280, 800), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        open_picture(page, f"{lab_server}/Convolution?{urlencode(to_query(EXAMPLES['channels'][1]))}")
        assert_in_sight_together(page, width, height)
        cell = page.locator(".lab td").first.bounding_box()
        letters = page.locator(".lab .equation").evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)")
        sizes.append((cell["width"], letters))
    assert sizes[1][0] > 1.3 * sizes[0][0]
    assert sizes[1][1] > 1.1 * sizes[0][1]
