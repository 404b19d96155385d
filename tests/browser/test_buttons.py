"""Buttons as they look: one that is pointed at can be read and is no disabled one; what deletes is red."""

import re

import pytest
from lab_server import LabServer, open_page, wait_until
from playwright.sync_api import Browser

LOOK = """(button) => {
  const label = button.querySelector("p") ?? button;
  return [getComputedStyle(button).backgroundColor, getComputedStyle(label).color];
}"""


def luminance(colour: str) -> float:
    """WCAG's, of what the browser computes."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pointed_at_button_can_be_read_and_stays_bright(browser: Browser, lab: LabServer, theme: str) -> None:
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    open_page(page, f"{lab.url}/Perceptron")
    button = page.get_by_role("button", name="Train", exact=True)
    before, _ = button.evaluate(LOOK)
    button.hover()
    wait_until(lambda: button.evaluate(LOOK)[0] != before, "the button answers the pointer")
    background, label = button.evaluate(LOOK)
    wait_until(lambda: contrast(*button.evaluate(LOOK)) >= 4.5, f"{label} on {background} can be read")
    assert contrast(button.evaluate(LOOK)[0], before) < 2  # Streamlit's own darkens it by 3
    context.close()
