"""Question 5's page with a data set of larger pictures: what is shown, and a picture of one's own at their side."""

import base64
import io
import re

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from core import runs
from core.datasets.own import importing as own_images
from core.datasets.pictures import to_square
from core.engine.worker import execute
from core.runs import experiments
from core.specs import CNNSpec, DataSpec, RunSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import pretrained, strategies

PAGE = "5_Transfer"
KEPT = 96


def file_of(seed, size=(120, 100)):
    noise = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def mugs(home, tmp_path):
    """A data set of two classes that is kept at 96 pixels."""
    for k, name in enumerate(("mug", "leaf")):
        (tmp_path / name).mkdir()
        for i in range(5):
            (tmp_path / name / f"{i}.png").write_bytes(file_of(10 * k + i))
    report = own_images.import_folder(tmp_path, title="Mugs", owner="ann")
    assert report.side == KEPT
    return {"dataset": report.name, "n_train": 8, "n_test": 2}


@pytest.fixture
def experiment(mugs):
    """The frozen strategy at side 64."""
    torch.manual_seed(1)
    weights = pretrained.keep(
        torchvision.models.resnet18(num_classes=4).state_dict(), source="file", title="theirs.pt", owner="ann"
    )
    base = TransferSpec(
        data=PickedDataSpec(**mugs), weights=weights.spec, n_epochs=1, batch_size=4, n_threads=1, side=64
    )
    made = experiments.create(
        strategies.KIND, strategies.members(base, 0)[:1], settings={}, page="transfer", owner="ann"
    )
    execute(str(made.runs[0].folder))
    return made


def pictures_in(at):
    """The pictures of the page's strips, by their captions."""
    found = {}
    for element in at.get("html"):
        for kind, data, alt in re.findall(r'src="data:image/(\w+);base64,([^"]+)" alt="([^"]*)"', element.proto.body):
            found.setdefault(alt, []).append((kind, Image.open(io.BytesIO(base64.b64decode(data)))))
    return found


def test_a_picture_of_ones_own_is_cut_as_the_sets_pictures_are(visit, experiment, texts, mugs):
    at = visit(PAGE, tab="Your picture", experiment=experiment.id, picture_from="My picture")
    data = file_of(99, (300, 200))
    at.file_uploader(key="own_picture_file").upload("mine.png", data, "image/png").run()
    assert not at.exception
    assert not at.error
    assert "resembles most" in texts(at)
    kept, squares = at.session_state["own_picture"]
    assert kept == data
    np.testing.assert_array_equal(squares[KEPT], to_square(data, KEPT))
    shown = pictures_in(at)
    assert shown["your picture"][0][1].size == (KEPT, KEPT)
    assert {picture.size for name in shown for _, picture in shown[name]} == {(KEPT, KEPT)}  # the neighbours too

    # The same picture on Question 3, whose network takes 32 pixels
    run = runs.create(
        RunSpec(data=DataSpec(**mugs), model=CNNSpec(channels1=4, channels2=4), n_epochs=1, n_threads=1),
        page="cnn", owner="ann",
    )  # fmt: skip
    execute(str(run.folder))
    other = visit("3_CNN", tab="Inside", run=run.id, picture_from="My picture")
    other.session_state["own_picture"] = (kept, squares)
    other.run()
    assert not other.exception
    assert sorted(other.session_state["own_picture"][1]) == [32, KEPT]
    assert pictures_in(other)["your picture"][0][1].size == (32, 32)

    # What is refused leaves the one before
    at.file_uploader(key="own_picture_file").upload("torn.png", data[:200], "image/png").run()
    assert not at.exception
    assert "This file is broken" in at.error[0].value
    assert at.session_state["own_picture"][0] == data
    assert "resembles most" in texts(at)


def test_inside_looks_at_the_larger_pictures_and_sends_little(visit, experiment, texts):
    at = visit(PAGE, tab="Inside", experiment=experiment.id)
    from pages.shared.panels.jobs import jobs

    jobs().of("embedding", "ann").thread.join()
    at.run()
    assert "same class" in texts(at)
    for look, words in {"Feature maps": "64 channels of 32 x 32", "Heat maps": "takes score away from"}.items():
        at.button_group(key="transfer_inside").set_value(look).run()
        assert not at.exception, look
        assert not at.warning, look
        assert words in texts(at)
    assert pictures_in(at)["Grad-CAM"][0][0] == "jpeg"
    at.button_group(key="transfer_inside").set_value("Top pictures").run()
    jobs().of("peaks", "ann").thread.join()
    at.run()
    assert "answers most" in texts(at)
    assert all(picture.size == (KEPT, KEPT) for found in pictures_in(at).values() for _, picture in found)


@pytest.mark.parametrize(("side", "size", "kind"), [("32", 32, "png"), ("64", KEPT, "jpeg")])
def test_the_pictures_that_the_network_gets_are_shown(visit, mugs, side, size, kind):
    at = visit(PAGE, tab="Strategies", dataset="Mugs", side=side, per_class="2", flip="true", crop="true")
    assert not at.exception
    shown = pictures_in(at)
    assert {(k, picture.size) for k, picture in shown["mug"]} == {(kind, (size, size))}
    assert {picture.size for _, picture in shown[""]} == {(int(side), int(side))}  # views


def test_the_slider_tells_where_the_pixels_come_from(visit, mugs):
    said = {
        title: next(s for s in visit(PAGE, tab="Strategies", dataset=title).select_slider if s.key == "side").help
        for title in ("Mugs", "Shapes-10")
    }
    assert "Mugs keeps 96 x 96 pixels for this page" in said["Mugs"]
    assert "Shapes-10 has 32 x 32 pixels; a larger side enlarges them" in said["Shapes-10"]


def test_the_data_page_tells_both_sides(visit, mugs, texts):
    assert "32 x 32 pixels (Question 5: 96 x 96), 2 classes" in texts(visit("80_Data", dataset="Mugs"))
    assert "32 x 32 pixels, 10 classes" in texts(visit("80_Data", dataset="Digits"))
