"""What of a page is cut: asked of the browser, which has laid it out.

Cut is a text, a chosen value, a chart or a table's column that ends beyond the box that shows it, with nothing to bring
the rest into sight. What people scroll by its nature is let be: code, the row of tabs on a phone, grids of numbers.
"""

from pathlib import Path

from playwright.sync_api import Page

# Whose inside is scrolled, and looks like it: code, the row of tabs, the grids of Question 2, fields that people fill
SCROLLED = (
    "pre, [role=tablist], .lab .grids, .scroll, textarea, [data-testid=stCode], [data-testid=stSidebar] nav, "
    "[data-testid=stFileUploaderFile], [data-testid=stToolbar], [data-testid=stMultiSelect] input"
)

FIND = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def cut_of(page: Page) -> list[str]:
    """What is cut on the page as it stands, each in a line."""
    found: list[str] = page.evaluate(FIND, SCROLLED)
    return found
