"""The lessons without a mouse, and as a screen reader tells them."""

import contextlib
import itertools

import pytest
from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Page, expect

PAGES = ("", "Perceptron", "Convolution", "CNN", "Cross-validation", "Transfer", "Optimizers", "Bug_clinic",
         "Data", "Runs")  # fmt: skip
# Of a group of choices Tab stops at one, and arrows go on
REACHABLE = """() => {
    const deep = (root) => [...root.querySelectorAll('*')]
        .flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
    const wanted = deep(document.querySelector('[data-testid=stMain]')).filter((e) =>
        e.matches('a[href], button, input, select, textarea, summary, [tabindex]') && e.tabIndex >= 0 && !e.disabled
        && !e.matches('[type=radio], [role=radio], [role=tab], [role=tabpanel], canvas, [role=toolbar] *')
        && !e.matches('[role=group] button ~ button')
        && e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 1);
    wanted.forEach((e, i) => { e.dataset.wanted = i; });
    return wanted.map((e) => `${e.tagName} ${e.getAttribute('aria-label') ?? ''} ${e.innerText ?? ''}`.slice(0, 80));
}"""
HEADINGS = """[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]
    .filter((e) => e.checkVisibility()).map((e) => e.tagName)"""
FOCUSED = """() => {
    let e = document.activeElement;
    while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    const {width, height} = e.getBoundingClientRect();
    return {wanted: e.dataset?.wanted ?? null, isBody: e === document.body, text: (e.innerText ?? '').trim(),
            role: e.getAttribute('role'), name: e.getAttribute('aria-label') ?? ''};
}"""


def tab_to(page: Page, text: str) -> None:
    """Press Tab until the button with this word has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["role"] != "tab" and text in (now["text"].split("\n")[-1], now["name"]):
            return
    raise AssertionError(f"Tab does not come to {text}")


def start(page: Page, button: str) -> None:
    """Go to it and press Enter; where nothing comes of it, as a page that is drawn anew can lose a key, once more."""
    for _ in range(3):
        tab_to(page, button)
        page.keyboard.press("Enter")
        with contextlib.suppress(AssertionError):
            expect(page.locator(":is(.live, .overlay) .said").last).to_be_visible(timeout=20_000)
            return
    raise AssertionError(f"{button} was pressed three times")


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_all_that_can_be_used_and_gets_out_again(page: Page, lab: LabServer, name: str) -> None:
    open_page(page, f"{lab.url}/{name}")
    page.wait_for_load_state("networkidle")
    wanted = page.evaluate(REACHABLE)
    assert wanted
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["isBody"]:  # out of the page, into the browser's own bar
            break
        reached.add(now["wanted"])
    else:
        raise AssertionError("Tab never leaves the page")
    assert [text for number, text in enumerate(wanted) if str(number) not in reached] == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_an_outline(page: Page, lab: LabServer, name: str) -> None:
    """One of the first level, and none that skips one: screen readers jump from heading to heading."""
    open_page(page, f"{lab.url}/{name}")
    page.wait_for_load_state("networkidle")
    levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
    assert levels.count(1) == 1, levels
    assert levels[0] == 1, levels
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


def test_a_run_is_trained_read_and_looked_at(page: Page, lab: LabServer) -> None:
    """Question 1 from the first key to the mistakes, and the numbers of its curves."""
    open_page(page, f"{lab.url}/Perceptron?n_train=500&n_test=200&n_epochs=2&H=64")
    start(page, "Train")
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    tab_to(page, "Numbers of these curves")
    page.keyboard.press("Enter")
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_role("rowheader")).to_have_text("1")
    n_correct = int(page.locator(".figures dd").first.text_content().split()[0])  # "23 of 200"
    expect(rows.last.locator("td").last).to_have_text(f"{n_correct / 2:.1f} %")
    page.keyboard.press("Home")
    page.get_by_role("tab", name="Learn").focus()
    results = page.get_by_role("tab", name="Results")

    def arrives() -> bool:
        """A press that comes while a page is on its way can be lost: people look, and press once more."""
        if results.evaluate("(tab) => tab === document.activeElement"):
            return True
        page.keyboard.press("ArrowRight")
        settle(page)
        return False

    wait_until(arrives, "the arrows lead to Results")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()


@pytest.mark.parametrize(("name", "settings", "button"), [
    ("CNN", "n_epochs=1", "Train"),
    ("Cross-validation", "n_epochs=1&K=2&tab=K+folds", "Start"),
    ("Optimizers", "n_epochs=1&n_contestants=2&H=16", "Race"),
])  # fmt: skip
def test_each_lesson_is_started_by_keys(
    page: Page, lab: LabServer, name: str, settings: str, button: str
) -> None:
    open_page(page, f"{lab.url}/{name}?n_train=500&n_test=100&{settings}")
    start(page, button)
    expect(page.locator(":is(.live, .overlay) .said").last).to_contain_text("Finished")
