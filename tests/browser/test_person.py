"""pages/shared/frame/person.py: what the browser keeps, and how."""

import pytest
from playwright.sync_api import Page

from pages.shared.frame.person import _script

KEY = "0123456789abcdef" * 2
RUN = """([script, protocol, before]) => {
  const document = {cookie: before}, location = {protocol};
  new Function('document', 'location', script)(document, location);
  return document.cookie;
}"""


@pytest.mark.parametrize(("protocol", "ends"), [("http:", "SameSite=Strict"), ("https:", "SameSite=Strict; Secure")])
def test_the_key_goes_to_this_site_alone_and_over_tls_where_the_page_did(page: Page, protocol: str, ends: str) -> None:
    kept = page.evaluate(RUN, [_script(KEY), protocol, ""])
    assert kept == f"chalknet_person={KEY}; path=/; max-age=31536000; {ends}"


def test_a_browser_that_has_a_key_keeps_it(page: Page) -> None:
    assert page.evaluate(RUN, [_script(KEY), "https:", "chalknet_person=other"]) == "chalknet_person=other"
