"""Question 5's page: every tab before and after, the experiments, weights of strangers, a picture of one's own."""

import io

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from core import runs
from core.engine.worker import execute
from core.lab.rates import Rate
from core.runs import bets, experiments
from core.runs.bets import LabelsBet, OrderBet
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import pretrained, strategies

PAGE = "5_Transfer"
TABS = ("Weights", "Strategies", "How few labels?", "Batch-norm trap", "Your picture", "Inside", "Code", "Handout")
# As few pictures as there can be; the target classes by their names in the link
TINY = {"n_train": "100", "n_test": "100", "per_class": "2", "transfer_epochs": "1"}
TARGETS = ("heart", "moon")


@pytest.fixture
def open_page(visit):
    return lambda **parameters: visit(PAGE, **TINY | parameters)


@pytest.fixture(scope="session")
def foreign():
    torch.manual_seed(1)
    model = torchvision.models.resnet18(num_classes=4)
    with torch.no_grad():
        model.train()(torch.rand(8, 3, 32, 32))
    return model.state_dict()


@pytest.fixture
def weights(home, foreign):
    return pretrained.keep(foreign, source="file", title="theirs.pt", owner="ann")


@pytest.fixture
def make_base(weights):
    data = PickedDataSpec(n_train=100, n_test=100, classes=TARGETS, per_class=2)
    return TransferSpec(data=data, weights=weights.spec, n_epochs=1, batch_size=4, n_threads=1)


def run_all(kind, members, owner="ann"):
    experiment = experiments.create(kind, members, settings={}, page="transfer", owner=owner)
    for run in experiment.runs:
        execute(str(run.folder))
    return experiment


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_something_to_say_before_there_is_anything(open_page, texts, tab):
    at = open_page(tab=tab)
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "5. Transfer learning"
    said = texts(at)
    wanted = {
        "Weights": "press **Train**",
        "Strategies": "the tab **Weights** trains, fetches or reads them",
        "How few labels?": "the tab **Weights** trains",
        "Batch-norm trap": "the tab **Weights** trains",
        "Your picture": "no network to open yet",
        "Inside": "no network to open yet",
        "Code": "needs nothing of Chalknet",
        "Handout": "never defined",
    }
    assert wanted[tab] in said


def test_weights_pretrained_here_are_taken_in_by_themselves(open_page, texts, small, home):
    data = PickedDataSpec(n_train=100, n_test=100, classes=("ring", "star"))
    spec = TransferSpec(data=data, n_epochs=1, batch_size=16, n_threads=1)
    run = runs.create(spec, page="transfer", owner="ann")
    execute(str(run.folder))
    at = open_page(run=run.id)
    assert not at.exception
    (said,) = (element.value for element in at.success)
    assert "2 classes of Shapes-10, 1 epoch at 32 pixels" in said
    at.button(key="to_compare").click().run()
    assert at.session_state["tab"] == "Strategies"
    (stored,) = pretrained.stored("ann")
    assert (stored.source, stored.classes) == ("here", ("ring", "star"))
    at = open_page(tab="Strategies")
    assert not at.exception
    assert sorted(at.button_group(key="target_classes").value) == sorted(
        {"disc", "square", "triangle", "cross", "heart", "moon", "arrow", "bars"}
    )


def test_the_strategies_one_after_the_other(open_page, weights, texts, wait_until):
    at = open_page(tab="Strategies", dial="nothing")
    at.button_group(key="target_classes").set_value(list(TARGETS)).run()
    at.button(key="start_transfer").click().run()
    assert not at.exception
    assert not at.error
    experiment = experiments.open_experiment(at.session_state["transfer_of_transfer"])
    wait_until(lambda: experiment.progress().is_over, "all strategies are trained")
    wait_until(lambda: not any(run.is_being_written for run in experiment.runs), "nobody writes any more")
    assert [member.labels["strategy"] for member in experiment.members] == [
        strategies.FREEZE, strategies.FINE_TUNE, strategies.SCRATCH
    ]  # fmt: skip
    at.run()
    assert not at.exception
    told = texts(at)
    for run in experiment.runs:
        assert run.status.name == "done", run.status.sentence
        assert Rate.of(run.result["test_accuracy"], run.result["n_judged"]).told() in told
    assert "How far each layer has moved" in told
    assert "weights from a file" in told


def test_the_order_of_the_strategies_is_bet_first(open_page, weights, texts, wait_until):
    at = open_page(tab="Strategies", dial="nothing", bet="1")
    at.button_group(key="target_classes").set_value(list(TARGETS)).run()
    assert at.button(key="start_transfer").disabled
    at.multiselect(key="bet_order").set_value([strategies.FREEZE, strategies.SCRATCH]).run()
    assert at.button(key="start_transfer").disabled, "one is missing"
    order = [strategies.FREEZE, strategies.SCRATCH, strategies.FINE_TUNE]
    at.multiselect(key="bet_order").set_value(order).run()
    at.button(key="start_transfer").click().run()
    assert not at.exception
    experiment = experiments.open_experiment(at.session_state["transfer_of_transfer"])
    assert bets.read(experiment.folder).bet == OrderBet(tuple(order))
    wait_until(lambda: experiment.progress().is_over, "all strategies are trained")
    wait_until(lambda: not any(run.is_being_written for run in experiment.runs), "nobody writes any more")
    at.run()
    assert not at.exception
    assert "pairs can be told apart" in texts(at) or "nothing to win or lose" in texts(at)


@pytest.mark.parametrize(("chosen", "due"), [("2", LabelsBet(2)), ("none of these", LabelsBet(None))])
def test_the_number_of_labels_is_bet_first(open_page, weights, texts, wait_until, chosen, due):
    at = open_page(tab="How few labels?", dial="nothing", bet="1", counts="2,5", repeats="1")
    at.button_group(key="target_classes").set_value(list(TARGETS)).run()
    assert at.button(key="start_labels").disabled
    at.selectbox(key="bet_labels").set_value(chosen).run()
    at.button(key="start_labels").click().run()
    assert not at.exception
    experiment = experiments.open_experiment(at.session_state["labels_of_transfer"])
    assert bets.read(experiment.folder).bet == due
    wait_until(lambda: experiment.progress().is_over, "all runs are trained")
    wait_until(lambda: not any(run.is_being_written for run in experiment.runs), "nobody writes any more")
    at.run()
    assert not at.exception
    assert "what random weights reach with 5 per class" in texts(at)


def when_done(at, kind):
    """Draws the page anew once Bob's job has ended well."""
    from pages.shared.panels.jobs import jobs

    job = jobs().of(kind, "bob")
    job.thread.join()
    assert job.state == "done", job.error
    at.run()
    assert not at.exception


@pytest.mark.parametrize("tab", ["Strategies", "Your picture", "Inside"])
def test_a_finished_experiment_by_its_link(visit, make_base, texts, tab):
    experiment = run_all(strategies.KIND, strategies.members(make_base, 0))
    at = visit(PAGE, person="bob", tab=tab, experiment=experiment.id)
    # Bob has no weights, but what Ann has trained can be looked at and into
    assert not at.exception
    assert not at.error
    if tab == "Strategies":
        assert "How far each layer has moved" in texts(at)
        at.button(key="start_transfer").click().run()
        assert "the tab **Weights** trains" in at.error[0].value
    if tab == "Your picture":
        assert "resembles most" in texts(at)
    if tab == "Inside":
        when_done(at, "embedding")
        assert "same class" in texts(at)
        said = {"Feature maps": "64 channels of", "Filters": "7 x 7 weights", "Heat maps": "takes score away from"}
        for look, words in said.items():
            at.button_group(key="transfer_inside").set_value(look).run()
            assert not at.exception, look
            assert not at.warning, look
            assert words in texts(at)
        at.button_group(key="transfer_inside").set_value("Top pictures").run()
        when_done(at, "peaks")
        assert "channel 1 of layer4 answers most" in texts(at)


def test_the_trap_is_told_with_its_cost(open_page, make_base, texts):
    experiment = run_all(strategies.TRAP_KIND, strategies.trap_members(make_base))
    at = open_page(tab="Batch-norm trap", experiment=experiment.id)
    assert not at.exception
    right, trapped = (run.result["test_accuracy"] for run in experiment.runs)
    said = texts(at)
    assert "but the statistics have" in said
    assert f"{abs(100 * (right - trapped)):.1f} points" in said


def test_the_curve_of_few_labels(open_page, make_base, texts):
    made = strategies.label_members(make_base, 0, (2,), 2)
    experiment = run_all(strategies.LABELS_KIND, [m for m in made if m[1].frozen_stages == 5])
    at = open_page(tab="How few labels?", experiment=experiment.id)
    assert not at.exception
    assert "Student's t" in texts(at)
    assert len(strategies.label_points(experiment.read())) == 2
    assert not any((run.folder / "model.pt").exists() for run in experiment.runs)


def test_who_is_brought_to_a_page_has_the_weights_that_it_shows(open_page, visit, weights):
    teacher = open_page(tab="Strategies")
    assert "weights" not in teacher.query_params  # their newest is the default
    book = teacher.session_state["settings"]
    link = book.here() | book.besides
    student = visit(PAGE, person="bob", **link)
    assert not student.warning
    assert student.selectbox(key="weights").value == weights.sha256
    lost = visit(PAGE, person="eve", **link | {"weights": "hers · 00000000"})
    assert "hers · 00000000" in lost.warning[0].value
    assert "are not in this lab" in lost.warning[0].value
    assert "weights" not in [box.key for box in visit(PAGE, person="eve", **TINY, tab="Strategies").selectbox]


def test_too_few_pictures_of_a_class_are_a_sentence(open_page, weights):
    at = open_page(tab="Strategies", per_class="500")
    at.button(key="start_transfer").click().run()
    assert not at.exception
    assert "500 and 1 are needed" in at.error[0].value


@pytest.mark.parametrize("damage", ["torn", "other network", "none"])
def test_a_file_of_weights(open_page, foreign, tables, damage):
    at = open_page(source="A file")
    buffer = io.BytesIO()
    state = torchvision.models.resnet34(num_classes=2).state_dict() if damage == "other network" else foreign
    torch.save(state, buffer)
    data = buffer.getvalue()[: 50_000 if damage == "torn" else None]
    at.file_uploader(key="backbone_file").upload("their file.pt", data, "application/octet-stream").run()
    assert not at.exception
    if damage == "none":
        at.button(key="take_file").click().run()
        assert [w.title for w in pretrained.stored("ann")] == ["their file.pt"]
        return
    assert {"torn": "broken", "other network": "do not fit torchvision's resnet18"}[damage] in at.error[0].value
    assert pretrained.stored("ann") == []
    if damage == "other network":
        assert "not in the network" in set(tables(at)[0]["problem"])


def test_imagenet_without_a_network(open_page, texts, monkeypatch, wait_until):
    monkeypatch.setenv(pretrained.URL_VARIABLE, "http://127.0.0.1:9/resnet18.pth")
    at = open_page(source="ImageNet")
    assert pretrained.IMAGENET_FILE in texts(at).replace("\\", "")
    at.button(key="download_imagenet").click().run()
    from pages.shared.panels.jobs import jobs

    wait_until(lambda: jobs().of("imagenet", "ann").state == "failed", "the download fails")
    at.run()
    assert not at.exception
    assert "by hand" in at.error[0].value


def test_augmentation_is_shown_on_a_picture(open_page, weights, texts):
    at = open_page(tab="Strategies", flip="true", crop="true")
    assert not at.exception
    assert "as eight epochs may see it" in texts(at)
    assert at.slider(key="views").value == 4


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK", "I;16", "1"])
def test_a_picture_of_ones_own_in_any_mode(open_page, make_base, texts, mode):
    experiment = run_all(strategies.KIND, strategies.members(make_base, 0)[:1])
    at = open_page(tab="Your picture", experiment=experiment.id, picture_from="My picture")
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60), dtype=np.uint8)
    picture = Image.fromarray(pixels.astype(np.uint16)) if mode == "I;16" else Image.fromarray(pixels).convert(mode)
    picture.save(buffer, "TIFF")
    at.file_uploader(key="own_picture_file").upload("mine.tif", buffer.getvalue(), "image/tiff").run()
    assert not at.exception
    assert not at.error
    assert "resembles most" in texts(at)


def test_the_camera_is_offered_here_and_not_on_question_3(open_page, visit, make_base):
    experiment = run_all(strategies.KIND, strategies.members(make_base, 0)[:1])
    at = open_page(tab="Your picture", experiment=experiment.id)
    assert at.button_group(key="picture_from").options == ["Test picture", "My picture", "Camera"]
