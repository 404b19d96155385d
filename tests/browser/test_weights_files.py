"""Files of weights by every usual name, chosen in a real browser on both pages that take one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from lab_server import LabServer, settle
from playwright.sync_api import Page, expect

from core.models import build_model
from core.specs import CNNSpec

NAMES = ("w.pt", "w.pth", "model_best.pth.tar", "last.ckpt", "net.pkl", "weights.th", "pytorch_model.bin")
PAGES: dict[str, tuple[str, Callable[[], torch.nn.Module], str]] = {
    "CNN": ("CNN?tab=Save", lambda: build_model(CNNSpec(), 10), "All 34 keys fit."),
    "Transfer": ("Transfer?tab=Weights&source=A+file", torchvision.models.resnet18, "All keys fit"),
}


@pytest.fixture(scope="module", params=PAGES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, str]:
    """A page's address, a checkpoint for it in the format before PyTorch 1.6, and what the page says of it."""
    address, make, said = PAGES[request.param]
    state = {f"module.{name}": tensor for name, tensor in make().state_dict().items()}
    path = tmp_path_factory.mktemp("weights") / "checkpoint"
    content = {"epoch": np.int64(3), "best_acc1": torch.tensor(50.0), "state_dict": state}
    torch.save(content, path, _use_new_zipfile_serialization=False)
    return address, path, said


def test_every_usual_name_can_be_chosen(page: Page, lab: LabServer, place: tuple[str, Path, str]) -> None:
    address, path, said = place
    for name in NAMES:
        named = path.with_name(name)
        path.rename(named)
        page.goto(f"{lab.url}/{address}")
        settle(page)
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(named)
        expect(page.get_by_text(said)).to_be_visible()
        expect(page.get_by_text('Read under "state_dict". Taken off')).to_be_visible()
        named.rename(path)


def test_another_kind_of_file_is_not_taken_and_a_real_tar_is_named(page: Page, lab: LabServer) -> None:
    page.goto(f"{lab.url}/CNN?tab=Save")
    settle(page)
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"})
    expect(page.get_by_text("files are not allowed")).to_be_visible()
    page.reload()
    settle(page)
    archive = bytearray(1024)
    archive[257:262] = b"ustar"
    upload.set_input_files({"name": "w.tar", "mimeType": "application/x-tar", "buffer": bytes(archive)})
    expect(page.get_by_role("alert")).to_contain_text("it is a tar archive")
