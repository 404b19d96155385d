"""Question 5 as a class sees it: pretrain, compare, look inside, try a picture; and weights of strangers."""

import io
import re

import pytest
import torch
import torchvision
from axe_playwright_python.sync_playwright import Axe
from lab_server import LabServer, n_experiments, settle, wait_until
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.runs import experiments

# ResNet-18 has 11 million weights: on a machine that is busy with other things a step of it takes seconds
LONG = 300_000
TINY = "n_train=100&n_test=100&pre_epochs=1&per_class=2&transfer_epochs=2&dial=nothing"


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    settle(page)


def is_accessible(page: Page) -> None:
    """No serious violation once the page has come to rest: while it is drawn anew, its colours fade."""

    def serious() -> list[str]:
        found = Axe().run(page).response["violations"]
        return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]

    settle(page)
    wait_until(lambda: not serious(), "axe finds nothing serious")


def took_photo(camera: Locator) -> bool:
    camera.get_by_role("button", name="Take Photo").evaluate_all("buttons => buttons.forEach(button => button.click())")
    return camera.get_by_role("button", name="Clear photo").is_visible()


def test_from_pretraining_to_a_picture_of_ones_own(
    page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.goto(f"{lab.url}/Transfer?{TINY}")
    settle(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(lambda url: "run=" in url)
    expect(page.locator(".live .said").last).to_contain_text("Finished", timeout=LONG)
    expect(page.get_by_text("can be transferred now")).to_be_visible()
    is_accessible(page)

    open_tab(page, "Strategies")
    told = page.get_by_text(re.compile("takes about|not been measured"))
    expect(told.filter(visible=True).first).to_be_visible()  # another tab says it too, on a machine not yet measured
    page.get_by_role("button", name="Compare", exact=True).dblclick()
    page.wait_for_url(lambda url: "experiment=" in url)
    found = re.search(r"experiment=([a-z2-7]{24})", page.url)
    expect(page.get_by_role("heading", name="How far each layer has moved")).to_be_visible(timeout=LONG)
    experiment = experiments.open_experiment(found.group(1))
    assert len(experiment.runs) == 3
    assert n_experiments(lab.home, "transfer") == 1  # the second half of the double click began nothing
    for run in experiment.runs:
        share, n = run.result["test_accuracy"], run.result["n_judged"]
        expect(page.get_by_text(f"{round(share * n)} of {n}", exact=True).first).to_be_visible()
    is_accessible(page)
    address = page.url

    open_tab(page, "Your picture")
    page.get_by_text("My picture", exact=True).click()
    buffer = io.BytesIO()
    Image.new("LA", (70, 50), (90, 200)).save(buffer, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    expect(page.get_by_text("it resembles most")).to_be_visible()
    mine = page.get_by_role("img", name="your picture")
    uploaded = mine.get_attribute("src")
    page.get_by_text("Camera", exact=True).click()
    camera = page.get_by_test_id("stCameraInput")
    # The button can be pressed, and takes nothing, until the camera's picture has come: one presses again
    wait_until(lambda: took_photo(camera), "a photo")
    expect(mine).not_to_have_attribute("src", uploaded)  # Chromium's test card
    expect(page.get_by_text("it resembles most")).to_be_visible()

    open_tab(page, "Inside")
    expect(page.get_by_text("the nearest neighbour is of the same class").first).to_be_visible(timeout=LONG)
    is_accessible(page)

    # Another person follows the link: all is there, nothing can be stopped or changed
    other = page.context.browser.new_context().new_page()
    other.goto(address.replace("tab=", "was="))
    settle(other)
    open_tab(other, "Strategies")
    expect(other.get_by_text("Somebody else's experiment, for watching.")).to_be_visible()
    other.context.close()


def test_a_malicious_file_and_a_foreign_one(page: Page, lab: LabServer) -> None:
    page.goto(f"{lab.url}/Transfer?source=A file")
    settle(page)

    def upload(content: object) -> None:
        buffer = io.BytesIO()
        torch.save(content, buffer)
        page.locator("input[type=file]").set_input_files(
            {"name": "w.pt", "mimeType": "application/octet-stream", "buffer": buffer.getvalue()}
        )

    upload({"conv1.weight": print})
    expect(page.get_by_text("it names code to run, which the lab refuses to do")).to_be_visible()
    with torch.device("meta"):
        names = list(torchvision.models.resnet34().state_dict())
    upload({name: torch.zeros(1) for name in names})
    expect(page.get_by_text("keys do not fit torchvision's resnet18")).to_be_visible()
    is_accessible(page)

    page.get_by_role("link", name="1. Pictures").click()
    expect(page.get_by_role("tab", name="Add")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("A zip with a folder for each class")).to_be_visible()
