"""Home: the six questions, what is ready, and what is missing."""

import pytest

from core.engine.calibration import Calibration, asdict, machine
from core.lab import progress
from core.lab.files import write_json


def test_home_shows_the_lab_the_questions_and_what_is_ready(visit, texts):
    at = visit()
    assert not at.exception
    said = texts(at)
    assert at.title[0].value == "Chalknet"
    for number, title in enumerate(
        ("Multi-layer perceptron", "Convolution by hand", "Convolutional network", "skorch and K folds",
         "Transfer learning", "Optimizers"), 1,
    ):  # fmt: skip
        assert f"**{number}. {title}**" in said
    assert "Ready?" in [header.value for header in at.header]
    assert all(part in said for part in ("**Data sets**", "**This machine**", "**Engine**"))
    assert "Shapes-10: 50,000 + 10,000 pictures" in said.replace("\\", "")
    assert "threads per run" in said


def test_what_is_missing_is_said_with_where_to_put_it(visit, texts):
    at = visit()
    assert "cifar-10-python.tar.gz" in texts(at).replace("\\", "")
    assert [button.label for button in at.button if button.key == "download_cifar10"]


def test_before_the_measurement_no_time_is_promised(visit, texts):
    assert "How long it takes is measured when the engine is ready." in texts(visit())


@pytest.mark.parametrize(
    ("devices", "gpu"), [((), "No GPU, and none is needed."), (("NVIDIA X",), "GPU: NVIDIA X")]
)
def test_after_the_measurement_the_cards_say_how_long(visit, texts, home, devices, gpu, monkeypatch):
    monkeypatch.setattr("core.lab.load.Watch.others", lambda self: 0.0)  # other programs here would be foretold too
    known = Calibration(machine(), (1e-3, 0.0, 1e-10), 1e-4, 2e-3, 5e-4, 1.0, devices)
    write_json(home / "calibration.json", asdict(known))
    said = texts(visit())
    # 4 epochs: 157 steps, 5,000 pictures of 427,658 weights, 1,000 test pictures
    assert "About 1.9 s to train on 5,000 pictures here." in said
    assert gpu in said


def test_the_engine_says_where_runs_train(visit, texts, wait_until):
    assert "trai" in texts(visit()).split("**Engine**")[1]
    wait_until(
        lambda: "Runs train in a thread of the app, one at a time." in texts(visit()),
        "Home says that the thread trains",
    )


def test_home_obeys_the_sidebar(visit, texts, home):
    write_json(home / "calibration.json", asdict(Calibration(machine(), (1e-4, 0, 0), 0, 1e-3, 0, 1.0, ())))
    at = visit(n_train="2000")
    assert not at.warning
    assert "to train on 2,000 pictures here." in texts(at)
    at.sidebar.selectbox(key="dataset").select("digits").run()
    assert not at.exception
    assert "has 1,437 to train and 360 to test: all are used." in texts(at)
    assert "to train on 1,437 pictures here." in texts(at)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("dataset", "moon"), ("n_train", "7"), ("n_train", "-1"), ("n_test", "a"), ("data_seed", "-1"),
        ("data_seed", "4294967296"), ("data_seed", "<script>alert(1)</script>"), ("dataset", "`**x**`" * 99),
    ],
)  # fmt: skip
def test_a_link_with_a_wrong_value_gets_a_sentence_and_the_default(visit, parameter, value):
    at = visit(**{parameter: value})
    assert not at.exception
    (warning,) = [warning.value for warning in at.warning]
    assert "in the link is `" in warning
    assert "allowed is" in warning
    assert warning.endswith(".")
    assert value[:30].replace("`", "'") in warning
    assert len(warning) < 300


def test_a_link_sets_the_sidebar(visit):
    at = visit(dataset="Digits", n_train="200", data_seed="5")
    assert at.sidebar.selectbox(key="dataset").value == "digits"
    assert at.sidebar.select_slider(key="n_train").value == 200
    assert at.sidebar.number_input(key="data_seed").value == 5


def test_home_tells_what_was_tried_and_learnt(visit, texts):
    assert "Nothing tried yet" in texts(visit())
    for solved in (False, True):
        progress.note("ann", "shapes", "handout", is_right=solved, mistake="" if solved else "padding_forgotten")
    said = texts(visit())
    assert "Nothing tried yet" not in said
    assert "**Shape doctor**: 1 tried, 1 solved, 1 kind of mistake met. Learnt:" in said
    assert "Nothing tried yet" in texts(visit(person="bob")), "everybody has an own one"
