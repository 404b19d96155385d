"""A teacher the evening before: a plan, one of its links and back, the rehearsal with F5 in its middle, and paper."""

import json
import re
from pathlib import Path

from lab_server import LabServer, open_page, settle
from playwright.sync_api import Page, expect

WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def first_losses(home: Path) -> dict[str, float]:
    """Of each run in the lab's folder: what it is called, and the loss of its first batch."""
    found = {}
    for folder in (home / "runs").iterdir():
        lines = (folder / "history.jsonl").read_text().splitlines()
        batches = next(line for line in map(json.loads, lines) if line["event"] == "batches")
        found[json.loads((folder / "meta.json").read_text())["name"]] = batches["losses"][0]
    return found


def test_a_plan_is_followed_rehearsed_and_printed(start_lab, page: Page, tmp_path: Path):
    lab: LabServer = start_lab()
    open_page(page, f"{lab.url}/Teaching?n_train=100&n_test=100&dataset=Shapes-10")
    step = page.get_by_text("What a new network knows")
    expect(step).to_be_visible()
    expect(page.get_by_text("Measured on")).to_have_count(0)

    page.get_by_role("link", name=re.compile("^Learning rate 0.0001")).click()
    page.wait_for_url(re.compile(r"/Perceptron\?.*learning_rate=0.0001"))
    settle(page)
    expect(page.get_by_role("tab", name="Learn")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("slider", name="Learning rate")).to_have_attribute("aria-valuetext", "0.0001")
    page.go_back()
    page.wait_for_url(re.compile("/Teaching"))
    expect(step).to_be_visible()

    page.get_by_role("button", name="Rehearse this plan").click()
    expect(page.get_by_role("button", name="Stop the rehearsal")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text("Nothing is wrong")).to_be_visible()
    assert not page.get_by_role("button", name="Stop the rehearsal").count()
    loss = first_losses(lab.home)["Plan: the handout's perceptron"]
    expect(page.get_by_text(f"loss of the first batch: {loss:.2f}")).to_be_visible()
    expect(page.get_by_text("Measured on").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="The plan on paper").click()
    file = tmp_path / "plan.html"
    download.value.save_as(file)

    page.get_by_role("link", name=re.compile("ready to train: as trained before")).click()
    page.wait_for_url(re.compile(r"/Perceptron\?.*run=[a-z2-7]{24}"))
    settle(page)
    expect(page.get_by_text(re.compile("Finished"))).to_be_visible()  # the run of the rehearsal, without a press

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name="1. Multi-layer perceptron, 50 minutes")).to_be_visible()
    expect(page.get_by_text(f"loss of the first batch: {loss:.2f}")).to_be_visible()
    assert asked == [file.as_uri()]
    addresses = page.get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    assert len(addresses) > 10
    assert all(address.startswith(f"{lab.url}/") for address in addresses)
    for width in (1280, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDER) == 0
    assert len(page.pdf(format="A4")) > 10_000
    page.get_by_role("link", name="The confusion matrix").click()
    settle(page)
    expect(page.get_by_role("tab", name="Results")).to_have_attribute("aria-selected", "true")
