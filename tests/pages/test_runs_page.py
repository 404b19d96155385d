"""Runs in AppTest: the table, a comparison by link, one run, the disk; what people type stays text."""

import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import runs
from core.engine.worker import execute
from core.specs import CNNSpec, SGDSpec
from pages.shared.frame.links import settings_parameters

PAGE = "90_Runs"
EVIL = "<b>bold</b> *star* [link](x) $x$ `code`"


@pytest.fixture
def two(new_run):
    """Two of Ann's runs that differ in the learning rate; the newer one comes first."""
    older, newer = new_run(), new_run(optimizer=SGDSpec(learning_rate=0.1))
    for run in (older, newer):
        execute(str(run.folder))
    return newer, older


def link(*chosen):
    return ".".join(run.id for run in chosen)


def labels(at):
    return [button.label for button in at.button]


def test_without_runs_it_says_what_to_do(visit, texts):
    for tab in ("Table", "Compare", "Run", "What helped", "Disk"):
        at = visit(PAGE, tab=tab)
        assert not at.exception
    assert "You have trained nothing here yet" in texts(visit(PAGE))


def test_the_table_shows_ones_own_runs_or_everybodys(visit, two, new_run):
    bobs = new_run(owner="bob")
    at = visit(PAGE)
    assert not at.exception
    table = at.dataframe[0].value
    assert table["accuracy"].tolist() == [run.result["test_accuracy"] for run in two]
    assert table["rate"].tolist() == [0.1, 0.01]
    assert table["number"].tolist() == [2, 1]
    everybody = visit(PAGE, everybody="true").dataframe[0].value
    assert everybody["status"].tolist() == [bobs.status.name, "done", "done"]


def test_the_filters_leave_what_fits(visit, two, new_run):
    new_run(model=CNNSpec(), page="cnn")
    at = visit(PAGE)
    assert len(at.dataframe[0].value) == 3
    at.multiselect(key="filter_model.kind").select("cnn").run()
    assert at.dataframe[0].value["page"].tolist() == ["3 CNN"]
    at.multiselect(key="filter_status").select("done").run()
    assert not at.exception
    assert len(at.dataframe[0].value) == 0


def test_a_link_to_a_comparison_draws_it_and_says_what_alone_differs(visit, two, texts):
    at = visit(PAGE, runs=link(*two))
    assert not at.exception
    assert at.session_state["tab"] == "Compare"
    assert len(at.get("arrow_vega_lite_chart") or at.get("vega_lite_chart")) == 2
    assert "only the learning rate: 0.01 → 0.1" in texts(at).replace("\\", "")
    for against in ("steps", "seconds"):
        assert not visit(PAGE, runs=link(*two), against=against, loss="batches", accuracy="training").exception


def test_a_visitor_sees_a_linked_run_and_can_change_nothing(visit, two, texts):
    at = visit(PAGE, person="bob", runs=link(two[0]))
    assert not at.exception
    assert at.session_state["tab"] == "Run"
    assert "Somebody else's run" in texts(at)
    assert not {"Save", "Delete it", "Resume", "Stop"} & set(labels(at))


def test_name_notes_and_keep(visit, two, texts):
    run = two[0]
    at = visit(PAGE, runs=link(run))
    at.text_input(key=f"name_{run.id}").set_value(EVIL)
    at.text_area(key=f"notes_{run.id}").set_value("<script>alert(1)</script>")
    at.checkbox(key=f"kept_{run.id}").check()
    next(button for button in at.button if button.label == "Save").click().run()
    assert not at.exception
    assert (run.meta["name"], run.meta["notes"], run.meta["kept"]) == (EVIL, "<script>alert(1)</script>", True)
    heading = at.header[0].value
    assert r"\<b\>bold\</b\> \*star\*" in heading  # escaped: Markdown shows it as it was typed
    legend = next(block.proto.body for block in at.get("html") if "legend" in block.proto.body)
    assert "&lt;b&gt;bold&lt;/b&gt;" in legend
    assert "<b>bold" not in legend


def test_delete_asks_and_deletes(visit, two):
    at = visit(PAGE, runs=link(two[0]))
    at.button(key="delete_run").click().run()
    assert not at.exception
    assert [run.id for run in runs.all_runs()] == [two[1].id]
    assert "undo_delete" not in {button.key for button in visit(PAGE, person="bob").button}
    at.button(key="undo_delete").click().run()
    assert not at.exception
    assert {run.id for run in runs.all_runs()} == {run.id for run in two}
    assert "undo_delete" not in {button.key for button in at.button}


def test_a_run_that_waits_is_stopped_and_deleted(visit, new_run):
    run = new_run()
    at = visit(PAGE, runs=link(run))
    at.button(key="delete_run").click().run()
    assert not at.exception
    assert not at.error
    assert not run.folder.exists()


def test_all_but_kept_and_only_ones_own(visit, two, new_run):
    bobs, waiting = new_run(owner="bob"), new_run()
    two[1].describe("ann", kept=True)
    at = visit(PAGE, tab="Disk", runs=link(two[0]))
    at.button(key="delete_many").click().run()
    assert not at.exception
    assert {run.id for run in runs.all_runs()} == {two[1].id, bobs.id, waiting.id}
    assert "1 run deleted." in [success.value for success in at.success]


def test_strangers_are_named(visit, two, home, texts):
    (home / "runs" / "<i>holiday").mkdir()
    assert "1 folder among the runs is no run" in texts(visit(PAGE))
    at = visit(PAGE, tab="Disk")
    assert at.dataframe[0].value["folder"].tolist() == ["<i>holiday"]
    assert (home / "runs" / "<i>holiday").exists()


def test_a_link_to_what_is_gone_says_so(visit, two):
    at = visit(PAGE, runs=f"{two[0].id}.{'a' * 24}.../../etc")
    assert not at.exception
    assert at.warning[0].value.startswith("4 of the runs in this link are not here")


def test_the_page_of_a_run_opens_with_its_settings(visit, two):
    at = visit("1_Perceptron", **settings_parameters(two[0].spec), run=two[0].id)
    assert not at.exception
    assert not at.warning
    assert at.slider(key="H").value == 16
    assert at.select_slider(key="learning_rate").value == 0.1
    assert at.slider(key="n_epochs").value == 3
    assert at.sidebar.select_slider(key="n_train").value == 200


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["runs", "run", "tab", "against", "loss", "accuracy", "everybody"]),
        st.one_of(st.text(max_size=30), st.sampled_from(["a" * 24, "." * 99, "Compare", "Run", "seconds", "batches"])),
        min_size=1,
    )
)
@example({"runs": "\x00"})
@example({"tab": "Run", "runs": "../../../etc/passwd"})
def test_no_link_breaks_the_page(visit, parameters):
    at = visit(PAGE, **parameters)
    assert not at.exception, at.exception


def test_a_run_has_the_same_number_on_every_page(visit, two, new_run, texts):
    """Compare of its question, and Runs: the table, its own tab, the comparison."""
    newer, older = two
    for page in ("cnn", "perceptron"):
        execute(str(new_run(page=page, owner="bob", n_epochs=1).folder))
    table = visit(PAGE).dataframe[0].value
    assert table["number"].tolist() == [2, 1]
    assert visit(PAGE, runs=link(newer), tab="Run").header[0].value.startswith(r"\#2")
    for at in (visit(PAGE, runs=link(newer, older)), visit("1_Perceptron", tab="Compare")):
        legend = next(block.proto.body for block in at.get("html") if 'class="legend"' in block.proto.body)
        assert re.findall(r"</i>(#\d)", legend) == ["#2", "#1"]
    everybody = visit("1_Perceptron", tab="Compare", everybody="true")
    assert everybody.multiselect[0].options[0].startswith("#4")


def test_a_run_without_an_epoch_takes_no_colour_from_the_others(visit, two, new_run):
    waiting = new_run()
    at = visit(PAGE, runs=link(waiting, *two))
    assert not at.exception
    legend = next(block.proto.body for block in at.get("html") if 'class="legend"' in block.proto.body)
    told = {name.split(" ")[0]: colour for colour, name in re.findall(r'<i [^>]*?([#\w]+)"></i>([^<]*)<', legend)}
    charts = [json.loads(chart.proto.spec) for chart in at.get("arrow_vega_lite_chart") or at.get("vega_lite_chart")]
    assert len(charts) == 2
    for chart in charts:
        scale = chart["layer"][0]["encoding"]["color"]["scale"]
        drawn = {name.split(" ")[0]: colour for name, colour in zip(scale["domain"], scale["range"], strict=True)}
        assert {"#3": "none"} | drawn == told
