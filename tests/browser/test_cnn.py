"""Question 3 as a class sees it: train, look inside, rewind, branch off, save and restore."""

import io
import re
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from lab_server import LabServer, settle, wait_until
from playwright.sync_api import Page, expect

from core import runs

SMALL = "n_train=200&n_test=100&n_epochs=2&channels1=4&channels2=4"


@pytest.fixture
def trained(page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    """A run that this page's person has trained, by pressing Train."""
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.goto(f"{lab.url}/CNN?{SMALL}")
    settle(page)
    page.get_by_role("button", name="Train").click()
    page.wait_for_url(lambda url: "run=" in url)
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    return runs.open_run(re.search(r"run=([a-z2-7]{24})", page.url).group(1))


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    settle(page)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]


def test_a_click_on_a_map_shows_the_sum_by_hand(page: Page, trained: runs.Run) -> None:
    open_tab(page, "Inside")
    tiles = page.locator(".maps .tile")
    expect(tiles).to_have_count(4)
    tiles.nth(2).hover(position={"x": 20, "y": 20})
    told = page.locator(".maps .read")
    expect(told).to_contain_text("channel 3, row")  # the third tile
    place, by_pointer = told.text_content().replace("\u2212", "-").split(": ")
    tiles.nth(2).click(position={"x": 20, "y": 20})
    said = page.get_by_text("The hand sum is the network's sum.")
    expect(said).to_be_visible()
    by_hand, by_network = re.findall(r"(?:give|own number is) (-?[\d.]+\d)", said.locator("..").text_content())
    assert by_hand == by_network
    assert float(by_network) == pytest.approx(float(by_pointer), abs=0.0006)
    equation = page.locator(".lab .equation")
    expect(equation).to_contain_text("plus bias")
    expect(equation.locator(".where")).to_contain_text(f"Convolution: {place}")  # the pixel that was clicked
    assert equation.text_content().count("×") == 27
    larger = tiles.first.bounding_box()["width"]
    page.locator(".maps").get_by_role("button", name="Larger").click()
    wait_until(lambda: tiles.first.bounding_box()["width"] > larger, "the sheet is zoomed")
    assert serious(page) == []
    open_tab(page, "Learn")  # the settings were in the address meanwhile
    expect(page.get_by_role("slider", name="Filters, convolutions 1 and 2")).to_have_value("4")


def test_a_click_on_a_layer_opens_it_and_a_map_tells_where_it_is_largest(page: Page, trained: runs.Run) -> None:
    open_tab(page, "Network")
    blocks = page.locator(".network_drawing .block")
    expect(page.locator(".network_drawing img")).to_have_count(10)  # the picture, six layers of maps, three of units
    expect(page.get_by_text("after training, in the run that is shown")).to_be_visible()
    assert serious(page) == []
    expect(page.locator(".network_drawing button")).to_have_count(6)
    blocks.nth(4).click()  # the third convolution
    expect(page.get_by_role("tab", name="Inside")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".maps .tile i.peak:not([hidden])")).to_have_count(4)
    page.wait_for_url(lambda url: "layer=conv_layer.7" in url)
    expect(page.locator(".strip .framed i")).to_have_count(1)
    tile = page.locator(".maps .tile").nth(2)
    before = tile.bounding_box()
    tile.hover(position={"x": 10, "y": 10})
    expect(page.locator(".maps .read")).to_contain_text("channel 3, row")
    assert tile.bounding_box() == before  # what is read pushes nothing away
    tile.click(position={"x": 10, "y": 10})
    expect(page.get_by_text("Channel 3 is largest in row")).to_be_visible()
    expect(page.locator(".strip .framed i")).to_have_count(2)
    low, high = (page.locator(f".maps .scale .{end}").text_content() for end in ("low", "high"))
    assert low.lstrip("≤ \u2212") == high.lstrip("≥ ")
    picture, box = (page.locator(f".strip .framed {part}").first.bounding_box() for part in ("img", "i"))
    assert box["width"] <= picture["width"] * 10 / 32 + 1  # the 10 x 10 pixels that a number of this layer sees
    assert serious(page) == []


def test_rewind_and_branch_off(page: Page, trained: runs.Run) -> None:
    open_tab(page, "Rewind")
    expect(page.get_by_text("Test accuracy after epoch 2")).to_be_visible()
    before = page.locator(".matrix table").text_content()
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text("Test accuracy after epoch 1")).to_be_visible()
    wait_until(lambda: page.locator(".matrix table").text_content() != before, "the matrix has moved too")
    assert serious(page) == []
    page.get_by_role("button", name="Go on from epoch 1").click()
    expect(page.get_by_role("tab", name="Learn")).to_have_attribute("aria-selected", "true")
    page.wait_for_url(lambda url: "run=" in url and trained.id not in url)
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    branch = runs.open_run(re.search(r"run=([a-z2-7]{24})", page.url).group(1))
    assert branch.history().losses[:7] == trained.history().losses[:7]
    open_tab(page, "Rewind")
    expect(page.get_by_role("heading", name="Branches")).to_be_visible()
    page.get_by_test_id("stRadio").get_by_text("first run, learning rate 0.001").click()
    page.wait_for_url(lambda url: trained.id in url)


def test_save_then_restore_with_the_same_accuracy(page: Page, trained: runs.Run, tmp_path: Path) -> None:
    open_tab(page, "Save")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Weights (.pt)").click()
    waiting.value.save_as(tmp_path / "cnn.pt")
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files(tmp_path / "cnn.pt")
    expect(page.get_by_text(re.compile(r"All \d+ keys fit"))).to_be_visible()
    page.get_by_text("the handout's settings").click()  # 32 and 64 filters: nothing of it fits
    expect(page.get_by_text("wrong shape. With strict=True PyTorch refuses the file")).to_be_visible()
    expect(page.get_by_role("button", name="Load it into modelB")).to_be_disabled()
    page.get_by_text("this run's settings").click()
    page.get_by_role("button", name="Load it into modelB").click()
    right = f"{round(100 * trained.result['test_accuracy'])} of 100"
    expect(page.get_by_text(f"modelB classifies {right} test pictures correctly.")).to_be_visible()
    page.wait_for_url(lambda url: "run=" in url and trained.id not in url)
    open_tab(page, "Results")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(right)


class Evil:
    """Runs code when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple:
        return (exec, (f"open({str(self.marker)!r}, 'w').close()",))


def test_a_malicious_upload_is_one_sentence_and_changes_nothing(page: Page, trained: runs.Run, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in trained.folder.rglob("*") if path.is_file()}
    buffer = io.BytesIO()
    torch.save({"model": Evil(tmp_path / "it-ran")}, buffer)
    open_tab(page, "Save")
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files({"name": "cnn.pt", "mimeType": "application/octet-stream", "buffer": buffer.getvalue()})
    expect(page.get_by_role("alert")).to_contain_text("names code to run, which the lab refuses to do.")
    expect(page.get_by_role("button", name="Load it into modelB")).to_have_count(0)
    assert not (tmp_path / "it-ran").exists()
    assert trained.id in page.url
    assert {path: path.read_bytes() for path in trained.folder.rglob("*") if path.is_file()} == before
