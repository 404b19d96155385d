"""A network from a file, on every tab that shows it, and the upload on both pages that take one."""

import io

import pytest
import torch
import torchvision
from drawn import drawn

from core import datasets, runs
from core.engine.worker import execute
from core.inside.restored import restored_run
from core.lab.rates import Rate
from core.models import build_model
from core.specs import AdamSpec, CNNSpec
from core.transfer import pretrained
from pages.shared.frame.links import page_parameters
from pages.shared.panels.weights_file import MAX_MB, TYPES

SPEC = CNNSpec(channels1=4, channels2=4)
NAMES = ("cnn.pt", "cnn.pth", "model_best.pth.tar", "last.ckpt", "net.pkl", "weights.th", "pytorch_model.bin", "A.PTH")
# What would say how it was trained, of a run that has these settings
CLAIMS = ("7 epochs", "0 epochs", "rate 0.003", "Adam", "batches of 16", "0 batches", "same losses", "to train,")


@pytest.fixture
def settings(small):
    return small(model=SPEC, optimizer=AdamSpec(learning_rate=0.003), n_epochs=7, batch_size=16)


@pytest.fixture
def elsewhere(home, settings):
    model, images = build_model(SPEC, 10).eval(), datasets.load_for(settings.data)
    return restored_run(settings, model, images, page="cnn", owner="ann", file_name="*their*.pt")


def claims(said):
    return [claim for claim in CLAIMS if claim in said]


@pytest.mark.parametrize("tab", ["Learn", "Inside", "Rewind", "Results", "Train vs. eval", "Save", "Code", "Compare"])
def test_no_tab_of_the_cnn_claims_how_it_was_trained(visit, texts, elsewhere, tab):
    at = visit("3_CNN", tab=tab, run=elsewhere.id)
    assert not at.exception
    assert not at.error
    said = texts(at)
    assert claims(said) == []
    if tab in ("Learn", "Rewind", "Save", "Code"):
        assert "This network was **trained elsewhere**: its weights came from the file \\*their\\*.pt." in said
    if tab == "Results":
        assert f"Test accuracy {Rate.of(elsewhere.result['test_accuracy'], 100).told()}" in said
        assert "trained elsewhere, from the file \\*their\\*.pt" in said
    if tab == "Learn":
        assert f"**{Rate.of(elsewhere.result['test_accuracy'], 100).in_full()}** are classified correctly" in said
    if tab in ("Learn", "Code"):
        assert not drawn(at)
        assert not at.code
        assert not at.get("download_button")


def test_runs_say_that_it_was_trained_elsewhere(visit, texts, elsewhere, settings):
    here = runs.create(settings, page="cnn", owner="ann")
    execute(str(here.folder))
    table = visit("90_Runs").dataframe[0].value.set_index("number")
    assert table.loc[1, "status"] == "trained elsewhere"
    assert table.loc[1, ["epochs", "rate", "took"]].isna().all()
    assert table.loc[1, "accuracy"] == elsewhere.result["test_accuracy"]
    assert table.loc[2, "status"] == "done"

    at = visit("90_Runs", runs=elsewhere.id)
    assert not at.exception
    assert claims(texts(at)) == []
    assert "trained elsewhere, from the file \\*their\\*.pt" in texts(at)
    assert "nobody here saw it learn" in texts(at)

    at = visit("90_Runs", runs=f"{here.id}.{elsewhere.id}")
    assert not at.exception
    assert "#2 against #1: **one was trained elsewhere, nobody here knows how**" in texts(at).replace("\\", "")
    assert "#1 trained elsewhere" in next(block.proto.body for block in at.get("html") if "legend" in block.proto.body)

    at = visit("90_Runs", tab="What helped")
    assert not at.exception
    assert "Train at least twice" in texts(at)  # its settings helped nobody


def test_the_link_to_its_page_sets_nothing_that_trains(visit, elsewhere):
    given = page_parameters(elsewhere)
    assert {"run", "dataset", "channels1", "n_test"} <= given.keys()
    assert not {"learning_rate", "n_epochs", "batch_size", "random_state", "n_train", "beta1"} & given.keys()
    at = visit("3_CNN", **given)
    assert not at.exception
    assert not at.warning


@pytest.fixture
def saved():
    def save(content):
        buffer = io.BytesIO()
        torch.save(content, buffer)
        return buffer.getvalue()

    return save


@pytest.mark.parametrize("name", NAMES)
def test_every_usual_name_can_be_chosen_on_the_cnn_page(visit, texts, saved, name):
    weights = {f"module.{key}": tensor for key, tensor in build_model(CNNSpec(), 10).state_dict().items()}
    at = visit("3_CNN", tab="Save")
    at.file_uploader(key="weights_file").upload(name, saved({"state_dict": weights}), "application/octet-stream").run()
    assert not at.exception
    assert not at.error
    assert 'Taken off 34 names: "module.".' in texts(at).replace("\\", "")
    assert "All 34 keys fit." in at.success[0].value


@pytest.mark.parametrize("name", NAMES[2:4])
def test_and_on_the_transfer_page(visit, texts, saved, name):
    model = torchvision.models.resnet18(num_classes=2)
    weights = {f"model.{key}": tensor for key, tensor in model.state_dict().items()} | {"loss.weight": torch.ones(2)}
    at = visit("5_Transfer", source="A file")
    at.file_uploader(key="backbone_file").upload(name, saved({"state_dict": weights}), "application/octet-stream").run()
    assert not at.exception
    assert not at.error
    said = texts(at).replace("\\", "")
    assert 'Read under "state_dict". Taken off 122 names: "model.".' in said
    assert 'Left out, as no part of the network: "loss.weight".' in said
    at.button(key="take_file").click().run()
    assert [weights.title for weights in pretrained.stored("ann")] == [name]


def test_the_uploader_takes_what_the_reader_reads(visit):
    from core.inside.weights import MAX_BYTES

    assert MAX_MB * 1_000_000 == MAX_BYTES
    assert {name.rpartition(".")[2].lower() for name in NAMES} < set(TYPES)


def test_a_name_in_a_file_is_no_markdown(visit, saved):
    at = visit("3_CNN", tab="Save")
    file = at.file_uploader(key="weights_file")
    file.upload("a.pt", saved({"**bold** [x](y)": 1}), "application/octet-stream").run()
    assert r"\*\*bold\*\* \[x\](y)" in at.error[0].value


def test_what_is_missing_in_the_file_is_said_to_be_random(visit, saved):
    weights = build_model(CNNSpec(), 10).state_dict()
    del weights["fc_layer.6.weight"]
    at = visit("3_CNN", tab="Save", n_train="100", n_test="100")
    at.file_uploader(key="weights_file").upload("a.pt", saved(weights), "application/octet-stream").run()
    at.toggle(key="strict").set_value(False).run()
    at.button(key="load_weights").click().run()
    assert not at.exception
    run = runs.open_run(at.session_state["run_of_cnn"])
    assert run.restored_from == "a.pt (1 key missing in it, so random)"
