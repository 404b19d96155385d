"""core/optimizer_charts.py: charts of what there is so far, down to nothing."""

import math

import pytest

from core.optimizers.charts import pairs_chart, sweep_chart, weight_chart
from core.optimizers.seed_statistics import compare_all
from core.optimizers.sweep import Point


def layers_with_data(chart):
    spec = chart.to_dict()
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize(
    "points",
    [
        [],
        [Point("Adam", 0.01, math.nan, math.nan, "waiting")],
        [Point("Adam", 0.01, 2.3, 1.0, "fine")],
        [Point("Adam", r, 2.3, loss, state) for r, loss, state in
         [(0.001, 2.0, "fine"), (0.01, 1.0, "fine"), (0.1, 9.9, "unstable"), (1.0, math.nan, "diverged")]],
    ],
    ids=["nothing", "waiting", "one", "all"],
)  # fmt: skip
def test_a_sweep_is_drawn_as_far_as_it_is(points):
    rows = layers_with_data(sweep_chart(points, ["Adam"]))
    drawn = [row for row in rows if "state" in row]
    assert len(drawn) == sum(point.state != "waiting" for point in points)
    assert all(math.isfinite(row["loss"]) for row in drawn)  # what is no number stands at the top, with its cross
    if len(points) == 4:
        assert drawn[3]["told"] == "no number"
        assert {row["learning rate"] for row in rows if set(row) == {"contestant", "learning rate"}} == {0.1}
        assert {row["learning rate"] for row in rows if set(row) == {"contestant", "learning rate", "loss"}} == {0.01}


def test_pairs_are_drawn_in_points():
    compared = compare_all({"a": [0.5, 0.6, 0.7], "b": [0.4, 0.5, 0.65], "c": [0.5, 0.61, 0.72]})
    rows = [row for row in layers_with_data(pairs_chart(compared)) if "pair" in row]
    assert [row["difference"] for row in rows] == pytest.approx([100 * c.difference for c in compared])
    assert rows[0]["pair"] == "a minus b"


def test_a_weight_that_is_no_number_is_left_out():
    rows = [r for r in layers_with_data(weight_chart({"a": [0.1, math.nan, 0.2]}, ["a"], 1)) if "weight" in r]
    assert [row["step"] for row in rows] == [0, 2]
