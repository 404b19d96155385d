"""Lines of code put in order in a browser: by keys, by mouse, by finger; F5 and a link show what was left."""

import contextlib
import random
import re

import pytest
from lab_server import open_page, settle, wait_until
from playwright.sync_api import Browser, Page, expect
from wrong_orders import TRAINING

from core.exercises.loop_order import as_letters, shuffled

CODE = ".line_order code"
TEXTS = [line.text for line in TRAINING.lines]


def texts(page: Page) -> list[str]:
    return page.locator(CODE).all_inner_texts()


def texts_of(order) -> list[str]:
    return [TEXTS[number] for number in order]


def in_address(order) -> re.Pattern[str]:
    return re.compile(f"lines={as_letters(order)}(&|$)")


def center(page: Page, row: int, part: str = "code", below: float = 0) -> tuple[float, float]:
    box = page.locator(".line_order li").nth(row).locator(part).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + below


@pytest.fixture
def tab(lab_server, page: Page) -> Page:
    open_page(page, f"{lab_server}/Perceptron?tab=In+order&shuffle=3")
    expect(page.locator(CODE)).to_have_text(texts_of(shuffled(TRAINING, 3)))
    return page


def test_all_keys_of_a_hurry_arrive(tab: Page):
    """The last one too: of two events that met on their way one was lost, and the address kept an older order."""
    keys = random.Random(5)
    for _ in range(8):
        tab.locator(".line_order .line").nth(keys.randrange(14)).focus()
        for _ in range(keys.randint(3, 8)):
            tab.keyboard.press(keys.choice(("ArrowUp", "ArrowDown")))
            tab.wait_for_timeout(keys.choice((0, 30, 90)))
        order = [TEXTS.index(text) for text in tab.locator(CODE).all_inner_texts()]
        expect(tab).to_have_url(in_address(order), timeout=20_000)


def test_keys_move_the_line_that_has_the_focus_and_f5_and_back_find_it(tab: Page):
    order = list(shuffled(TRAINING, 3))
    order.insert(4, order.pop(2))
    moved = TEXTS[order[4]]
    for attempt in range(3):  # a page that is drawn for the first time can be drawn anew, and the list with it
        tab.locator(".line_order .line").nth(2).focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
            tab.keyboard.press(key)
        expect(tab.locator(CODE)).to_have_text(texts_of(order))
        expect(tab.locator(".line_order .live")).to_have_text(f"{moved}: now line 5 of 14")
        focused = tab.evaluate("""() => {
            let e = document.activeElement;
            while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
            return e.querySelector("code")?.textContent;
        }""")
        if focused == moved or attempt == 2:
            break
        tab.get_by_role("button", name="Begin again").click()
        expect(tab.locator(CODE)).to_have_text(texts_of(shuffled(TRAINING, 3)))
        settle(tab)
    assert focused == moved
    expect(tab).to_have_url(in_address(order))
    settle(tab)
    expect(tab.locator(CODE)).to_have_text(texts_of(order))
    tab.reload()
    settle(tab)
    expect(tab.locator(CODE)).to_have_text(texts_of(order))
    tab.get_by_role("button", name="Begin again").click()
    expect(tab.locator(CODE)).to_have_text(texts_of(shuffled(TRAINING, 3)))
    tab.go_back()
    settle(tab)
    expect(tab.locator(CODE)).to_have_count(14)
    wait_until(lambda: len(set(texts(tab))) == 14, "each line is there once")


def test_a_mouse_drags_a_line_over_several_at_once(tab: Page):
    order = list(shuffled(TRAINING, 3))
    tab.mouse.move(*center(tab, 1))
    tab.mouse.down()
    tab.mouse.move(*center(tab, 3, below=4))
    tab.mouse.move(*center(tab, 6, below=4))
    tab.mouse.up()
    order.insert(6, order.pop(1))
    expect(tab.locator(CODE)).to_have_text(texts_of(order))
    expect(tab).to_have_url(in_address(order))
    tab.mouse.move(*center(tab, 6, ".handle"))
    tab.mouse.down()
    tab.mouse.move(*center(tab, 0, below=-4), steps=2)
    tab.mouse.up()
    order.insert(0, order.pop(6))
    expect(tab.locator(CODE)).to_have_text(texts_of(order))
    expect(tab).to_have_url(in_address(order))


def test_a_finger_drags_by_the_handle_and_buttons_do_without_dragging(lab_server, browser: Browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_page(page, f"{lab_server}/Perceptron?tab=In+order&shuffle=3")
    order = list(shuffled(TRAINING, 3))
    expect(page.locator(CODE)).to_have_text(texts_of(order))
    sizes = page.locator(".line_order li, .line_order .handle, .line_order .keys button").evaluate_all(
        "(all) => all.map((e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width))"
    )
    assert min(sizes) >= 42  # a handle lies within the border of its line
    page.locator(".line_order").scroll_into_view_if_needed()
    fingers = context.new_cdp_session(page)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    from_x, from_y = center(page, 0, ".handle")
    _, to_y = center(page, 2, ".handle")
    touch("touchStart", from_x, from_y)
    for share in (0.3, 0.6, 1.0):
        touch("touchMove", from_x, from_y + share * (to_y + 6 - from_y))
    touch("touchEnd")
    order.insert(2, order.pop(0))
    expect(page.locator(CODE)).to_have_text(texts_of(order))
    expect(page).to_have_url(in_address(order))
    for _ in range(3):  # a tap while the page is drawn anew can be lost on a busy machine: people tap again
        page.locator(".line_order .line").nth(5).tap()
        with contextlib.suppress(AssertionError):
            expect(page.locator(".line_order li").nth(5)).to_have_class(re.compile("chosen"), timeout=10_000)
            break
    page.get_by_role("button", name="Move the chosen line up").tap()
    order.insert(4, order.pop(5))
    expect(page.locator(CODE)).to_have_text(texts_of(order))
    expect(page).to_have_url(in_address(order))
    context.close()


def test_what_was_just_moved_is_what_is_checked(lab_server, page: Page):
    """From a right order, zero_grad() down between backward() and step(): checked at once, run, and told."""
    open_page(page, f"{lab_server}/Perceptron?tab=In+order&lines={as_letters(TRAINING.right)}")
    page.locator(".line_order .line").filter(has_text="zero_grad").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Check and run").click()
    expect(page.get_by_text("no weight changes")).to_be_visible()
    expect(page.get_by_text("losses differ from those of a right order")).to_be_visible(timeout=120_000)
    expect(page.get_by_text(re.compile("^Health: "))).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text("losses differ from those of a right order")).to_be_visible()


def test_indentation_follows_a_line_into_the_loop(lab_server, page: Page):
    open_page(page, f"{lab_server}/Perceptron?tab=In+order&lines={as_letters(TRAINING.right)}")
    line = page.locator(".line_order .line").filter(has_text="zero_grad")
    expect(line).to_have_attribute("aria-label", "line 7 of 14, depth 2: optimizer.zero_grad()")
    line.focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    expect(line).to_have_attribute("aria-label", "line 3 of 14, depth 1: optimizer.zero_grad()")
