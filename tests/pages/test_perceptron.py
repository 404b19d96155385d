"""Question 1: every tab and control, a run from Train to its results, and links of all kinds."""

import subprocess
import sys

import pytest
from drawn import drawn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import runs
from core.engine.worker import execute
from core.lab.files import write_json
from core.lab.rates import Rate
from core.models import MultiLayerFCNet, count_parameters
from core.runs import table as run_table
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec
from pages.shared.frame.links import page_parameters

PAGE = "1_Perceptron"
SMALL = {"n_train": "200", "n_test": "100", "H": "16", "n_epochs": "2"}
TABS = ("Learn", "Network", "Results", "Code", "Compare", "In order", "Handout")


@pytest.fixture
def open_page(visit):
    return lambda **parameters: visit(PAGE, **parameters)


@pytest.fixture
def train(wait_until):
    """Presses Train, draws the page until the run is over; returns the run."""

    def press(at):
        at.button(key="train").click().run()
        assert not at.exception
        run = runs.open_run(at.session_state["run_of_perceptron"])
        wait_until(
            lambda: not at.run().exception and run.status.is_finished and not run.is_being_written, "it ends"
        )
        at.run()
        return run

    return press


@pytest.fixture
def finished(new_run):
    """A run of Ann's that is done."""
    run = new_run()
    execute(str(run.folder))
    return run


def live_data(at):
    """What the live picture is given, as text."""
    (picture,) = drawn(at)
    return str(picture.proto).replace('\\"', '"')


def labels(at):
    return [button.label for button in at.button]


def test_the_page_opens_with_the_handouts_values(open_page, texts):
    at = open_page()
    assert not at.exception
    assert not at.warning
    assert at.title[0].value == "1. Multi-layer perceptron"
    assert at.slider(key="H").value == 128
    assert at.select_slider(key="learning_rate").value == 0.01
    assert at.slider(key="momentum").value == 0.9
    assert at.select_slider(key="batch_size").value == 32
    assert [tab.label for tab in at.tabs] == list(TABS)
    assert "press **Train**" in texts(at)
    assert "Stop" not in labels(at)


@pytest.mark.parametrize("H", [8, 128, 1024])
def test_the_number_of_parameters_follows_h(open_page, texts, H):
    at = open_page()
    at.slider(key="H").set_value(H).run()
    assert f"**{count_parameters(MultiLayerFCNet(3072, H, 10)):,}** parameters" in texts(at)


def test_the_handouts_values_come_back(open_page):
    at = open_page(H="16", learning_rate="1", momentum="0.5", batch_size="4", n_epochs="9", random_state="3")
    assert (at.slider(key="H").value, at.select_slider(key="learning_rate").value) == (16, 1.0)
    at.button(key="handout_values").click().run()
    values = (
        at.slider(key="H").value,
        at.select_slider(key="learning_rate").value,
        at.slider(key="momentum").value,
    )
    assert values == (128, 0.01, 0.9)
    assert (at.slider(key="n_epochs").value, at.select_slider(key="batch_size").value) == (4, 32)
    at.segmented_control(key="train_for").set_value("seconds").run()
    at.button(key="handout_values").click().run()
    assert at.slider(key="n_epochs").value == 4


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_something_to_say_before_there_is_a_run(open_page, texts, tables, tab):
    at = open_page(tab=tab, **SMALL)
    assert not at.exception
    said = texts(at)
    if tab == "Network":
        assert tables(at)[0]["parameters"].iloc[-1] == f"{MLPSpec(H=16).n_parameters(10):,}"
    elif tab == "Code":
        assert "class MultiLayerFCNet" in at.code[0].value
        assert "H = 16" in at.code[0].value
    elif tab == "Handout":
        assert "log_softmax" in said
        plain, doubled = (
            part.split("**")[1] for part in said.split("`CrossEntropyLoss` of")[1].split("·")[:2]
        )
        assert plain == doubled  # the layer is redundant, in numbers
        assert float(plain) > 0
    else:
        assert {
            "Learn": "press **Train**",
            "Results": "nothing to judge yet",
            "Compare": "None of your runs",
            "In order": "The handout's training loop, shuffled",
        }[tab] in said


def test_train_shows_the_run_to_its_end(open_page, train, texts):
    at = open_page(**SMALL)
    run = train(at)
    assert run.status.name == "done"
    assert run.belongs_to("ann")
    assert run.spec.model_dump(exclude={"n_threads"}) == RunSpec(
        data=DataSpec(n_train=200, n_test=100), model=MLPSpec(H=16), n_epochs=2
    ).model_dump(exclude={"n_threads"})
    assert "H = 16" in texts(at)
    assert len(drawn(at)) == 1  # the live picture, which is the browser tests' business
    assert '"Finished' in live_data(at)
    assert not {"Stop", "Resume"} & set(labels(at))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_a_finished_run(open_page, texts, finished, tab):
    at = open_page(tab=tab, run=finished.id)
    assert not at.exception
    assert not at.error
    said = texts(at)
    accuracy = f"Test accuracy {Rate.of(finished.result['test_accuracy'], 100).told()}"
    if tab == "Learn":
        assert '"Finished' in live_data(at)
    if tab == "Results":
        assert accuracy in said
        assert {"Confusion matrix", "Per class", "Most confident mistakes"} <= {
            h.value for h in at.header
        }
        right = round(finished.result["test_accuracy"] * 100)
        assert f"{right} of 100 test pictures classified correctly" in said
    if tab == "Code":
        assert "This run as a complete script" in said
        assert "num_epochs = 3" in at.code[0].value  # the run's, not the slider's
    if tab == "Compare":
        assert len(at.multiselect[0].options) == 1


def test_the_results_of_pictures_that_were_deleted_say_so(open_page, finished):
    spec = finished.spec.model_dump()
    write_json(finished.folder / "spec.json", spec | {"data": spec["data"] | {"dataset": "own-gone"}})
    at = open_page(tab="Results", run=finished.id)
    assert not at.exception
    assert any("can't be shown" in warning.value for warning in at.warning)
    assert not open_page(run=finished.id).exception


def test_compare_says_what_alone_differs(open_page, finished, new_run, texts):
    other = new_run(optimizer=SGDSpec(learning_rate=0.1))
    execute(str(other.folder))
    bobs = new_run(owner="bob", n_epochs=2)
    execute(str(bobs.folder))
    at = open_page(tab="Compare")
    assert not at.exception
    assert "only the learning rate: 0.01 → 0.1" in texts(at).replace("\\", "")
    assert len(at.multiselect[0].options) == 2
    at = open_page(tab="Compare", everybody="true")
    assert not at.exception
    assert len(at.multiselect[0].options) == 3


def test_compare_begins_with_curves_that_differ_and_names_what_diverged_at_once(open_page, new_run):
    """As a class trains: the handout's rate twice, since it was there before, and one that is far too large."""
    before, again = new_run(), new_run()
    too_large = new_run(optimizer=SGDSpec(learning_rate=10.0, momentum=0.9), batch_size=1)
    for run in (before, again, too_large):
        execute(str(run.folder))
    assert too_large.status.name == "diverged"
    assert list(run_table.read().runs["epochs"]) == [0, 3, 3]
    at = open_page(tab="Compare")
    assert not at.exception
    assert set(at.multiselect(key="compared").value) == {again.id, too_large.id}
    assert len(at.multiselect(key="compared").options) == 3


def test_a_link_to_compare_shows_somebody_elses_runs_to_who_has_none(open_page, new_run):
    ids = []
    for rate in (0.1, 0.2):
        run = new_run(owner="bob", optimizer=SGDSpec(learning_rate=rate))
        execute(str(run.folder))
        ids.append(run.id)
    at = open_page(tab="Compare", compared=f"{ids[0]}.{ids[1]}.{'a' * 24}")
    assert not at.exception
    assert set(at.multiselect(key="compared").value) == set(ids)
    at.multiselect(key="compared").set_value(ids[:1]).run()
    assert at.query_params["compared"] in (ids[0], [ids[0]])  # so F5 keeps it
    at = open_page(tab="Compare", compared="a" * 24)
    assert not at.exception
    assert not at.multiselect
    assert "runs of this page that are still there" in at.warning[0].value


def test_train_for_seconds(open_page, train):
    at = open_page(train_for="seconds", seconds="1", **SMALL)
    assert at.slider(key="seconds").value == 1
    run = train(at)
    assert (run.spec.max_seconds, run.status.name) == (1.0, "done")
    assert run.result["seconds"] >= 1


def test_a_diverged_run_blames_the_learning_rate(open_page, train):
    at = open_page(n_train="200", n_test="100", H="64", learning_rate="10", momentum="0.0", batch_size="4")
    assert train(at).status.name == "diverged"
    (error,) = at.error
    assert "learning rate 10" in error.value


def test_stop_is_for_the_owner(open_page, visit, texts, wait_until):
    at = open_page(train_for="seconds", seconds="300", **SMALL)
    at.button(key="train").click().run()
    run = runs.open_run(at.session_state["run_of_perceptron"])
    wait_until(lambda: run.history().step, "it trains")
    watching = visit(PAGE, person="bob", run=run.id)
    assert not watching.exception
    assert "Stop" not in labels(watching)
    assert "Somebody else's run, for watching." in texts(watching)
    at.run()
    at.button(key="stop").click().run()
    wait_until(lambda: run.status.is_finished and run.result, "it has stopped")
    assert run.status.name == "stopped"
    at.run()
    assert not at.exception
    assert "Stopped" in live_data(at)
    assert "Stop" not in labels(at)


def test_an_interrupted_run_can_be_resumed_by_its_owner(open_page, visit, small, wait_until):
    code = "import sys; from core import runs; from core.specs import parse_run_spec as p; "
    code += "print(runs.create(p(sys.argv[1]), page='perceptron', owner='ann').id)"
    made = subprocess.run(
        [sys.executable, "-c", code, small().model_dump_json()], capture_output=True, text=True, check=True
    )
    run = runs.open_run(made.stdout.strip())
    assert "Resume" not in labels(visit(PAGE, person="bob", run=run.id))
    at = open_page(run=run.id)
    assert any("Interrupted" in warning.value for warning in at.warning)
    at.button(key="resume").click().run()
    assert not at.exception
    wait_until(lambda: run.status.is_finished and not run.is_being_written, "it ends")
    assert run.status.name == "done"
    assert "Resume" not in labels(at.run())


def test_a_run_that_was_deleted_is_said_to_be_gone(open_page, finished):
    at = open_page(run=finished.id)
    finished.delete("ann")
    at.run()
    assert not at.exception
    at = open_page(run=finished.id)
    assert not at.exception
    assert any("This run does not exist" in warning.value for warning in at.warning)


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [
        ("H", "9000", "H, hidden units"), ("H", "12.5", "H, hidden units"), ("H", "nan", "H, hidden units"),
        ("learning_rate", "0.03", "Learning rate"), ("momentum", "1", "Momentum"), ("momentum", "nan", "Momentum"),
        ("n_epochs", "0", "Epochs"), ("batch_size", "33", "Batch size"), ("random_state", "-1", "Seed"),
        ("train_for", "years", "Train for"),
    ],
)  # fmt: skip
def test_a_wrong_setting_in_a_link_is_named_with_what_is_allowed(open_page, parameter, value, name):
    at = open_page(**{parameter: value})
    assert not at.exception
    (warning,) = [warning.value for warning in at.warning]
    assert warning.startswith(name)
    assert f"in the link is `{value}`; allowed is " in warning


KEYS = ["H", "learning_rate", "momentum", "train_for", "seconds", "n_epochs", "batch_size", "random_state", "run",
        "tab", "dataset", "n_train", "n_test", "data_seed", "everybody", "bf16", "other"]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "1e9", "nan", "inf", "true", "seconds", "Results", "Compare", "../../etc", "a" * 24]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=30),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=5))
@example({"H": "١٢٨"})
@example({"H": "1_2_8", "momentum": "1e-1", "n_epochs": " 4 "})
@example({"random_state": "9" * 5000})
@example({"run": "a" * 24, "tab": "Results"})
@example({"train_for": "seconds", "seconds": "1e400"})
@example({"H": "", "run": "", "tab": "", "dataset": ""})
def test_no_link_breaks_the_page(visit, parameters):
    at = visit(PAGE, **parameters)
    assert not at.exception, at.exception
    assert at.title[0].value == "1. Multi-layer perceptron"
    if at.session_state["tab"] in ("Learn", "Network", "Code", "Handout"):  # the others are about a run
        assert at.slider(key="H").value in range(8, 1025)


@pytest.mark.parametrize("page", ["1_Perceptron", "3_CNN"])
def test_the_training_pictures_are_judged_on_request_and_the_curves_are_explained(visit, new_run, texts, page):
    at = visit(page, judges_training="true", **SMALL)
    assert not at.exception
    assert "One more pass over the 200 training pictures after each epoch" in texts(at)
    run = new_run(page="perceptron", judges_training=True)
    execute(str(run.folder))
    at = visit("1_Perceptron", **page_parameters(run))
    assert at.toggle(key="judges_training").value
    said = texts(at)
    assert "the test curve is measured after the epoch" in said
    assert "The dashed curve is the training pictures" in said
    at = visit("1_Perceptron", run=run.id, tab="Compare", accuracy="third curve")
    assert not at.exception
    assert "measured after the epoch" in texts(at)
