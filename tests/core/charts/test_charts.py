"""core/charts.py and core/curves.py: what is drawn is what was measured, and can be read in both themes."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.charts.bars import class_bars
from core.charts.colours import SERIES
from core.charts.confusion_matrix import TILES, confusion_heatmap
from core.charts.curves import axis_ends, overlay, read_together
from core.lab.rates import Rate
from core.runs.history import History
from core.runs.live_curves import curves


def luminance(colour):
    """Relative luminance as the WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(first, second):
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#14201c"])
@pytest.mark.parametrize("colour", SERIES)
def test_each_colour_stands_out_on_both_themes(colour, background):
    assert contrast(colour, background) >= 3


def rows(chart):
    """The data that a chart carries."""
    return [row for values in chart.to_dict()["datasets"].values() for row in values]


def test_the_confusion_matrix_is_drawn_cell_by_cell():
    matrix = np.array([[8, 2], [0, 0]])
    drawn = rows(confusion_heatmap(matrix, ("cat", "dog")))
    assert [(r["true"], r["predicted"], r["pictures"], r["share"]) for r in drawn] == [
        ("cat", "cat", 8, 0.8), ("cat", "dog", 2, 0.2), ("dog", "cat", 0, 0.0), ("dog", "dog", 0, 0.0),
    ]  # fmt: skip


def test_a_class_without_pictures_has_no_bar():
    drawn = rows(class_bars([Rate(1, 4), Rate(0, 0), Rate(3, 3)], ("a", "b", "c")))
    assert [(r["class"], r["accuracy"]) for r in drawn] == [("a", 0.25), ("c", 1.0)]


def test_the_bar_of_few_pictures_is_a_count_with_its_interval():
    drawn = rows(class_bars([Rate(12, 12), Rate(450, 500)], ("a", "b")))
    assert [r["told"] for r in drawn] == ["12 of 12", "90%"]
    interval = binomtest(12, 12).proportion_ci(method="wilson")
    assert (drawn[0]["low"], drawn[0]["high"]) == pytest.approx((interval.low, interval.high))
    assert not any(layer["mark"]["type"] == "rule" for layer in class_bars([Rate(450, 500)], ("b",)).to_dict()["layer"])


@pytest.mark.parametrize("theme", TILES)
def test_the_numbers_of_the_confusion_matrix_are_read_on_every_tile(theme):
    drawn = confusion_heatmap(np.eye(2, dtype=int), ("a", "b"), theme=theme).to_dict()
    said = drawn["layer"][1]["encoding"]["color"]
    turn = float(said["condition"]["test"].split(">")[1])
    low, high = (np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in TILES[theme])
    for share in np.linspace(0, 1, 201):
        tile = "#" + "".join(f"{round(part):02x}" for part in low + share * (high - low))
        number = (said["condition"] if share > turn else said)["value"]
        assert contrast(tile, number) >= 4.49  # a tile is rounded to whole colours


def test_an_overlay_keeps_every_run_apart():
    names = ["#2 learning rate 0.1", '#1 it\'s [odd]: "x"']
    frame = pd.DataFrame(
        {"run": np.repeat(names, 3), "epoch": [1, 2, 3] * 2, "loss": [3.0, 2.0, 1.0, 4.0, 3.0, 2.0]}
    )
    chart = overlay(frame, y="loss", title="loss")
    drawn = chart.to_dict()
    assert drawn["datasets"][drawn["layer"][0]["data"]["name"]] == frame.to_dict("records")
    assert drawn["layer"][0]["encoding"]["color"]["scale"]["domain"] == names


@pytest.mark.parametrize(
    ("values", "is_share", "ends", "told"),
    [
        ([0.44, 0.55], True, [0.4, 0.6], "axis from 40 to 60 %"),
        ([0.01, 0.99], True, [0, 1], ""),
        ([np.nan], True, [0, 1], ""),
        ([1.3, 2.2], False, [1, 2.5], "axis from 1"),
        ([0.05, 2.2], False, [0, 2.5], ""),
    ],
)
def test_an_axis_that_is_zoomed_says_so(values, is_share, ends, told):
    frame = pd.DataFrame({"run": "a", "epoch": range(len(values)), "y": values})
    y = overlay(frame, y="y", title="it", percent=is_share).to_dict()["layer"][0]["encoding"]["y"]
    assert y["scale"]["domain"] == pytest.approx(ends)
    assert y["title"] == ("it, " + told if told else "it")


@given(st.lists(st.floats(0, 1), min_size=1))
def test_all_shares_are_within_their_axis(shares):
    low, high = axis_ends(shares, step=0.1, most=1.0)
    assert 0 <= low <= min(shares) <= max(shares) <= high <= 1
    assert low < high


def test_the_pointer_reads_all_runs_at_one_place():
    frame = pd.DataFrame(
        {"run": ["a", "a", "b", "b", "b"], "steps": [0, 10, 0, 5, 20], "loss": [2.0, 1.0, 4.0, 3.0, 0.0]}
    )
    read = read_together(frame, x="steps", y="loss")
    assert read["steps"].tolist() == [0, 5, 10, 20]
    np.testing.assert_allclose(read["r0"], [2.0, 1.5, 1.0, np.nan])  # nothing is made up behind a run's end
    np.testing.assert_allclose(read["r1"], [4.0, 3.0, 2.0, 0.0])


def test_the_names_of_runs_never_get_into_an_expression():
    frame = pd.DataFrame({"run": ["a']; alert(1) //", "b"], "epoch": 1, "loss": 1.0})
    rule = overlay(frame, y="loss", title="loss").to_dict()["layer"][2]
    assert [t["calculate"] for t in rule["transform"]] == [
        f"isValid(datum.r{i}) ? format(datum.r{i}, '.3f') : '–'" for i in range(2)
    ]


def test_more_runs_than_colours_still_draw():
    n = len(SERIES) + 2
    frame = pd.DataFrame({"run": [f"#{i}" for i in range(n)], "epoch": 1, "loss": 1.0})
    drawn = overlay(frame, y="loss", title="loss").to_dict()
    assert len(drawn["datasets"][drawn["layer"][0]["data"]["name"]]) == n


def epoch(number, step, loss=1.0):
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    return {"epoch": number, "step": step} | dict.fromkeys(names, loss)


def test_the_live_curves_are_the_history():
    history = History(n_steps_per_epoch=4, losses=[2.0, 1.5, 1.25, 1.0, 0.5], epochs=[epoch(1, 4, 0.5)])
    drawn = curves(history, n_epochs=3)
    assert drawn["batch_step"] == [1, 2, 3, 4, 5]
    assert drawn["batch_x"] == [0.25, 0.5, 0.75, 1.0, 1.25]
    assert drawn["batch_loss"] == history.losses
    assert [(e["epoch"], e["x"], e["test_loss"]) for e in drawn["epochs"]] == [(1, 1.0, 0.5)]
    assert drawn["end"] == 3


@pytest.mark.parametrize("losses", [[], [np.nan], [np.inf, 2.0], [2.0, 1e30, np.nan]])
def test_what_is_no_number_still_gives_curves_that_json_can_hold(losses):
    history = History(n_steps_per_epoch=2, losses=losses, epochs=[epoch(1, 2, np.nan)])
    drawn = json.loads(json.dumps(curves(history, n_epochs=None), allow_nan=False))
    assert drawn["loss_top"] >= 2.5
    assert [loss is None for loss in drawn["batch_loss"]] == [not np.isfinite(loss) for loss in losses]
    assert drawn["epochs"][0]["test_loss"] is None


def test_the_axes_grow_in_steps_and_never_cut_the_run():
    history, ends = History(n_steps_per_epoch=10), []
    for _ in range(1500):
        history.losses.append(1.0)
        ends.append(curves(history, n_epochs=None)["end"])
        assert ends[-1] >= history.step / 10
    assert ends == sorted(ends)
    assert len(set(ends)) < 25
