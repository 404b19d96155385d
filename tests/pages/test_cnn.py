"""Question 3's page: every tab before and after a run, the look inside, rewinding, branches, whose network is whose."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from drawn import drawn

from core import datasets, runs
from core.engine.worker import execute
from core.inside import inspection
from core.lab.files import read_json, write_json
from core.lab.rates import Rate
from core.models import CNN, build_model, count_parameters
from core.runs import kept_epochs
from core.specs import AdamSpec, CNNSpec
from pages.cnn.beside_perceptron import perceptron_on_the_same
from pages.cnn.train_or_eval import in_eval
from pages.shared.panels.jobs import jobs

PAGE = "3_CNN"
TABS = (
    "Learn", "Network", "Shape doctor", "Inside", "Rewind", "Results", "Train vs. eval", "Save", "Code", "Compare",
    "Handout",
)  # fmt: skip
SMALL = {"n_train": "200", "n_test": "100", "n_epochs": "2", "channels1": "4", "channels2": "4"}
NARROW = {"model": CNNSpec(channels1=4, channels2=4), "optimizer": AdamSpec(), "n_epochs": 2, "page": "cnn"}


@pytest.fixture
def open_page(visit):
    return lambda **parameters: visit(PAGE, **parameters)


@pytest.fixture
def finished(new_run):
    run = new_run(**NARROW)
    execute(str(run.folder))
    return run


@pytest.fixture
def judge(wait_until):
    """Waits until the network has been judged in both modes, and draws the page again."""

    def call(at):
        assert not at.exception
        (job,) = (job for (kind, _), job in jobs()._jobs.items() if kind.startswith("modes_"))
        wait_until(lambda: job.state != "running", "it is judged")
        assert job.state == "done", job.error
        return at.run()

    return call


def data_of(at, index=0):
    """What a component of the page draws, as text."""
    return str(drawn(at)[index].proto)


def test_the_page_opens_with_the_handouts_values(open_page, texts):
    at = open_page()
    assert not at.exception
    assert not at.warning
    assert at.title[0].value == "3. Convolutional network"
    assert (at.slider(key="channels1").value, at.slider(key="channels2").value) == (32, 64)
    assert at.toggle(key="batch_norm").value
    assert at.slider(key="dropout").value == 0.1
    assert at.select_slider(key="learning_rate").value == 0.001
    assert (at.slider(key="n_epochs").value, at.select_slider(key="batch_size").value) == (4, 32)
    assert "**4,680,594** parameters" in texts(at)
    assert [tab.label for tab in at.tabs] == list(TABS)


@pytest.mark.parametrize(("channels1", "channels2", "batch_norm"), [(4, 128, True), (64, 8, False)])
def test_the_number_of_parameters_follows_the_sliders(open_page, texts, channels1, channels2, batch_norm):
    at = open_page()
    at.slider(key="channels1").set_value(channels1)
    at.slider(key="channels2").set_value(channels2)
    at.toggle(key="batch_norm").set_value(batch_norm).run()
    n = count_parameters(CNN(channels1=channels1, channels2=channels2, batch_norm=batch_norm))
    assert f"**{n:,}** parameters" in texts(at)
    at.button(key="handout_values").click().run()
    assert "**4,680,594** parameters" in texts(at)


@pytest.mark.parametrize(
    ("page", "more"), [(PAGE, {}), ("6_Optimizers", {"network": "CNN"}), ("4_Cross-validation", {})]
)
def test_the_cnn_can_be_asked_to_learn_from_one_picture_at_a_time(visit, page, more):
    at = visit(page, batch_size="1", **more)
    assert not at.exception
    assert not at.warning
    assert 1 in {slider.value for slider in at.select_slider if slider.label == "Batch size"}


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_something_to_say_before_there_is_a_run(open_page, texts, tables, tab):
    at = open_page(tab=tab, **SMALL)
    assert not at.exception
    assert not at.error
    said = texts(at)
    if tab == "Network":
        table = tables(at)[0]
        assert table["parameters"].iloc[-1] == f"{CNNSpec(channels1=4, channels2=4).n_parameters(10):,}"
        assert table["out"].iloc[0] == "4 x 32 x 32"
    elif tab == "Code":
        assert "nn.Conv2d(in_channels=3, out_channels=4, kernel_size=3, padding=1)" in at.code[0].value
    else:
        assert {
            "Learn": "press **Train**",
            "Shape doctor": "Layer 1 of 14",
            "Inside": "no network to open yet",
            "Rewind": "nothing to rewind yet",
            "Results": "nothing to judge yet",
            "Train vs. eval": "no network to judge yet",
            "Save": "no weights to save yet",
            "Compare": "None of your runs",
            "Handout": "strict=False",
        }[tab] in said


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_a_finished_run(open_page, texts, judge, finished, tab):
    at = open_page(tab=tab, run=finished.id)
    if tab == "Train vs. eval":
        judge(at)
    assert not at.exception
    assert not at.error
    said = texts(at)
    if tab == "Results":
        assert f"Test accuracy {Rate.of(finished.result['test_accuracy'], 100).told()}" in said
        assert "perceptron of Question 1" in said
    if tab == "Train vs. eval":
        rate = Rate.of(finished.result["test_accuracy"], 100)
        assert f"eval() mode: {rate.told()} right" in "".join(element.proto.body for element in at.get("html"))
        assert "80 with batches of 1, 80 with batches of 2, 100 with batches of 8" in said
    if tab == "Save":
        assert len(at.get("download_button")) == 3
    if tab == "Code":
        assert "This run as a complete script" in said


def test_train_shows_the_run_to_its_end(open_page, settle, wait_until, texts):
    at = open_page(**SMALL)
    at.button(key="train").click().run()
    assert not at.exception
    run = runs.open_run(at.session_state["run_of_cnn"])
    at = settle(at, run, wait_until)
    assert run.status.name == "done"
    assert run.spec.model == CNNSpec(channels1=4, channels2=4)
    assert "4 and 4 filters" in texts(at)
    assert kept_epochs.kept(run.folder) == [1, 2]


@pytest.mark.parametrize("look", ["Feature maps", "Filters", "Heat maps", "Top pictures"])
def test_each_look_inside(open_page, finished, texts, look):
    at = open_page(tab="Inside", run=finished.id, inside=look, picture="5")
    assert not at.exception
    assert not at.error
    said = texts(at)
    assert {
        "Feature maps": "4 channels of 32 x 32",
        "Filters": "grey is a weight of 0",
        "Heat maps": "**Grad-CAM**",
        "Top pictures": "to which channel 1 of `conv_layer.0` answers most",
    }[look] in said
    if look == "Filters":  # that training has moved them is computed from the run's seed
        torch.manual_seed(finished.spec.random_state)
        began = build_model(finished.spec.model, 10).conv_layer[0].weight.detach().numpy()
        now = inspection.load_network(finished, 10).conv_layer[0].weight.numpy()
        assert f"changed by **{np.abs(now - began).mean():.3g}** on average" in said
        assert "drawn again from its seed" in said


def test_the_network_has_a_picture_on_its_way_before_and_after_training(open_page, finished, texts, wait_until):
    narrow = {name: SMALL[name] for name in ("channels1", "channels2")}
    before, after = "**before training**: the initial weights of seed 0", "after training, in the run that is shown"
    for link, said in [({}, before), ({"run": finished.id}, after)]:
        at = open_page(tab="Network", picture="5", **narrow, **link)
        wait_until(lambda at=at: at.run() and "Inside the layers" in texts(at), "the picture has gone through")
        assert not at.exception
        assert said in texts(at)
    wider = open_page(tab="Network", run=finished.id, channels1="8")  # the settings are of another network than the run
    wait_until(lambda: wider.run() and "Inside the layers" in texts(wider), "the picture has gone through")
    assert "**before training**" in texts(wider)


def test_where_a_channel_fires_most_is_boxed_on_the_picture(open_page, finished, texts):
    at = open_page(tab="Inside", run=finished.id, picture="5", layer="conv_layer.6 · MaxPool2d")
    at.session_state["picked_pixel"] = (3, 0, 0)
    at.run()
    assert not at.exception
    picture = datasets.load_for(finished.spec.data).test_images[5]
    own = inspection.feature_maps(inspection.load_network(finished, 10), picture)["conv_layer.6"][3]
    row, column = np.argwhere(own == own.max())[0]
    assert f"Channel 4 is largest in row {row + 1}, column {column + 1}: **{own.max():.3g}**" in texts(at)
    assert "the 6 x 6 of its 32 x 32 pixels of which" in texts(at)
    (html,) = [e.proto.body for e in at.get("html") if "framed" in e.proto.body and "<figure>" in e.proto.body]
    top, left = max(0, 2 * row - 2), max(0, 2 * column - 2)
    assert f'<i style="top:{100 * top / 32:.2f}%;left:{100 * left / 32:.2f}%' in html
    assert 'class=thin style="top:0.00%;left:0.00%;height:12.50%;width:12.50%"' in html  # 6 x 6, two beyond the edge


def test_a_network_from_a_file_has_no_beginning(open_page, finished, texts):
    meta = read_json(finished.folder / "meta.json")
    write_json(finished.folder / "meta.json", meta | {"restored": "mine.pt"})
    said = texts(open_page(tab="Inside", run=finished.id, inside="Filters"))
    assert "grey is a weight of 0" in said
    assert "as it began" not in said


def test_a_clicked_pixel_shows_the_hand_sum_that_is_the_networks(open_page, finished, texts):
    at = open_page(tab="Inside", run=finished.id, picture="5")
    assert len(drawn(at)) == 1
    at.session_state["picked_pixel"] = (2, 13, 20)
    at.run()
    assert not at.exception
    assert len(drawn(at)) == 2
    (said,) = [m.value for m in at.markdown if "The hand sum" in m.value]
    by_hand, by_network = said.split("give **")[1].split("**")[0], said.split("own number is **")[1].split("**")[0]
    assert by_hand == by_network
    picture = datasets.load_for(finished.spec.data).test_images[5]
    model = inspection.load_network(finished, 10)
    assert by_network == f"{inspection.feature_maps(model, picture)['conv_layer.0'][2, 13, 20]:.5f}"
    at.selectbox(key="layer").set_value("conv_layer.13").run()  # 8 x 8: there is no such pixel, and no sum by hand
    assert not at.exception
    assert len(drawn(at)) == 1


def test_two_people_see_their_own_networks(visit, new_run, texts):
    """The same page at the same time, with runs that differ only in their seed."""
    own = {}
    for owner in ("ann", "bob"):
        run = new_run(**NARROW | {"random_state": len(owner) + (owner == "bob")}, owner=owner)
        execute(str(run.folder))
        own[owner] = run
    pages = {owner: visit(PAGE, person=owner, tab="Inside", run=run.id) for owner, run in own.items()}
    drawn = {owner: data_of(at) for owner, at in pages.items()}
    assert drawn["ann"] != drawn["bob"]
    for owner, at in pages.items():
        at.run()
        assert data_of(at) == drawn[owner]
        picture = datasets.load_for(own[owner].spec.data).test_images[:1]
        odds = inspection.probabilities(inspection.load_network(own[owner], 10), picture)[0]
        html = "".join(str(block.proto) for block in at.get("html"))
        assert f"{odds.max():.0%}</b>" in html


def test_the_rewind_slider_moves_everything(open_page, finished, texts):
    at = open_page(tab="Rewind", run=finished.id)
    assert not at.exception
    predicted = {epoch: kept_epochs.load(finished.folder, epoch).predicted for epoch in (1, 2)}
    labels = datasets.load_for(finished.spec.data).test_labels
    last = data_of(at)
    assert f"Test accuracy after epoch 2 {Rate.of(np.mean(predicted[2] == labels), 100).told()}" in texts(at)
    at.select_slider(key=f"rewind_{finished.id}").set_value(1).run()
    assert not at.exception
    assert f"Test accuracy after epoch 1 {Rate.of(np.mean(predicted[1] == labels), 100).told()}" in texts(at)
    assert finished.history().epochs[0]["test_accuracy"] == np.mean(predicted[1] == labels)
    assert data_of(at) != last


def test_going_on_from_an_epoch_is_a_run_of_ones_own(open_page, visit, finished, wait_until, texts):
    at = visit(PAGE, person="bob", tab="Rewind", run=finished.id)
    at.select_slider(key=f"rewind_{finished.id}").set_value(1).run()
    at.select_slider(key=f"rate_{finished.id}").set_value(0.01)
    at.number_input(key=f"more_{finished.id}").set_value(1).run()
    at.button(key="go_on").click().run()
    assert not at.exception
    branch = runs.open_run(at.session_state["run_of_cnn"])
    assert branch.id != finished.id
    assert branch.belongs_to("bob")
    assert (branch.meta["parent"], branch.meta["parent_epoch"]) == (finished.id, 1)
    assert branch.spec.optimizer.learning_rate == 0.01
    wait_until(lambda: branch.status.is_finished and not branch.is_being_written, "the branch is trained")
    assert branch.status.name == "done"
    at = visit(PAGE, person="bob", tab="Rewind", run=branch.id)
    assert not at.exception
    (names,) = [radio.options for radio in at.radio]
    assert names == ["first run, learning rate 0.001", "branch 1 from epoch 1, learning rate 0.01"]
    assert "branched off after epoch 1 (learning rate 0.001)" in texts(visit(PAGE, tab="Results", run=branch.id))


def test_a_perceptrons_link_on_this_page_breaks_nothing(open_page, new_run):
    run = new_run()
    execute(str(run.folder))
    for tab in TABS:
        at = open_page(tab=tab, run=run.id)
        assert not at.exception, tab


def test_the_perceptron_on_the_same_pictures_stands_beside(open_page, finished, new_run, texts):
    new_run(data={"n_train": 150})  # other pictures
    perceptron = new_run()
    execute(str(perceptron.folder))
    at = open_page(tab="Results", run=finished.id)
    assert not at.exception
    assert "Beside the perceptron of Question 1" in texts(at)
    assert "The perceptron: " in texts(at)


def test_beside_the_network_stands_ones_own_last_finished_perceptron(home, finished, new_run):
    lab = SimpleNamespace(person="ann")
    assert perceptron_on_the_same(lab, finished) is None
    older = new_run()
    for run in (older, new_run(owner="bob")):
        execute(str(run.folder))
    stopped = new_run(n_epochs=1000)
    stopped.request_stop("ann")
    (stopped.folder / "result.json").write_text(json.dumps({"status": "stopped", "test_accuracy": 0.1}))
    stopped.write_status("stopped")
    assert perceptron_on_the_same(lab, finished) == older
    assert perceptron_on_the_same(SimpleNamespace(person="eve"), finished) is None
    newer = new_run(random_state=1)
    execute(str(newer.folder))
    assert perceptron_on_the_same(lab, finished) == newer


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("dropout", [0.5, 0.0])
def test_what_eval_does_is_what_is_said(batch_norm, dropout):
    """In torch: with eval() only what is named changes, and batch norm goes by its running numbers, not by none."""
    spec = CNNSpec(channels1=4, channels2=4, batch_norm=batch_norm, dropout=dropout)
    said, model = in_eval(spec), build_model(spec, 10)
    assert ("switches dropout off" in said) == bool(dropout)
    assert ("batch norm go by the running mean and variance" in said) == batch_norm
    pictures = torch.randn(8, 3, 32, 32)
    with torch.no_grad():
        before = model.eval()(pictures)
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer += 0.5
        assert torch.equal(model(pictures), before) != batch_norm  # not switched off: it has the running mean
        if "changes nothing" in said:
            assert torch.equal(model.train()(pictures), before)


def test_a_network_without_batch_norm_has_its_own_layers(open_page, judge, new_run):
    run = new_run(**NARROW | {"model": CNNSpec(channels1=4, channels2=4, batch_norm=False, dropout=0)})
    execute(str(run.folder))
    at = open_page(tab="Inside", run=run.id, layer="conv_layer.13 · MaxPool2d")
    assert not at.exception
    assert len(at.selectbox(key="layer").options) == 10
    judged = judge(open_page(tab="Train vs. eval", run=run.id))
    assert "in train() mode every predicted class is the same" in "".join(e.proto.body for e in judged.get("html"))
