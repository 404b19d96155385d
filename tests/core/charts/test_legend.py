"""core/charts/legend.py and every chart: the legend names what is drawn, in the colours that it is drawn in.

Measured on the picture itself: each chart is drawn as SVG, its legend is read from the symbols and labels, its series
from the marks. In each chart some members have nothing to draw, as a run has before its first epoch.
"""

import ast
import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.charts.bars import class_bars, count_bars, grouped_bars
from core.charts.confusion_matrix import confusion_heatmap
from core.charts.curves import overlay
from core.charts.legend import colours_of, row_step, series_scale
from core.charts.parallel import parallel
from core.optimizers.charts import pairs_chart, sweep_chart, weight_chart
from core.optimizers.seed_statistics import compare_all
from core.optimizers.sweep import Point
from core.receipts.report import svg
from core.transfer.charts import label_curves, motion_bars, plane
from core.transfer.layer_motion import LayerMotion

ROOT = Path(__file__).resolve().parents[3]
MEMBERS = ["#3 no epoch yet", "#2 H 8", "#1 H 128"]
DRAWN = MEMBERS[1:]


def runs():
    return pd.DataFrame({"run": np.repeat(DRAWN, 2), "epoch": [1, 2, 1, 2], "loss": [2.0, 1.5, 2.2, 1.0]})


def points():
    state = {"SGD": "waiting", "Adam": "fine", "RMSprop": "diverged", "Adagrad": "stopped"}
    return [
        Point(name, rate, 2.3, 1.0 if name == "Adam" else math.nan, told)
        for name, told in state.items()
        for rate in (0.001, 0.01, 0.1)
    ]


def labels():
    rows = [("fine-tune all", n, 3, m, m - 0.1, m + 0.1) for n, m in ((5, 0.4), (20, 0.6))]
    return pd.DataFrame(rows, columns=["strategy", "per_class", "n", "mean", "low", "high"])


def shares():
    return pd.DataFrame({"network": ["CNN", "perceptron"], "class": "cat", "accuracy": [0.5, 0.25]})


def motions():
    return {"freeze": [LayerMotion("layer1.0.conv1", "layer1", 0.1, None), LayerMotion("fc", "fc", 0.5, None)]}


# Of each chart whose series have colours of their own: how it is drawn, its field, and the colours of all members
COLOURED = {
    overlay: (lambda: overlay(runs(), y="loss", title="loss", colours=colours_of(MEMBERS)), "run", MEMBERS),
    sweep_chart: (lambda: sweep_chart(points(), ["SGD", "Adam", "RMSprop", "Adagrad"]), "contestant",
                  ["SGD", "Adam", "RMSprop", "Adagrad"]),
    weight_chart: (lambda: weight_chart({"SGD": [math.nan] * 3, "Adam": [0.1, 0.2, 0.3]}, ["SGD", "Adam"], 1),
                   "contestant", ["SGD", "Adam"]),
    grouped_bars: (lambda: grouped_bars(shares(), group="network", x="class", y="accuracy"), "network",
                   ["CNN", "perceptron"]),
    count_bars: (lambda: count_bars(pd.DataFrame({"class": ["cat"], "training": [9], "test": [3]})), "split",
                 ["training", "test"]),
    pairs_chart: (lambda: pairs_chart(compare_all({"a": [0.5, 0.6, 0.7], "b": [0.4, 0.5, 0.6]})), "real", None),
    label_curves: (lambda: label_curves(labels()), "strategy", None),
    motion_bars: (lambda: motion_bars(motions())[0], "stage", ["stem", "layer1", "layer2", "layer3", "layer4", "fc"]),
    plane: (lambda: plane(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1, 2]), ("ant", "bee", "cat"), ["", ""]),
            "class", ["ant", "bee", "cat"]),
}  # fmt: skip
PLAIN = {class_bars, confusion_heatmap, parallel}  # one colour, or a scale of numbers


def local(tag):
    return tag.rpartition("}")[2]


def groups(picture, role):
    return [node for node in ET.fromstring(picture).iter() if role in node.get("class", "").split()]


def legend_of(picture):
    """Label to colour, as the legend shows them."""
    paths = [node for entry in groups(picture, "role-legend-symbol") for node in entry]
    texts = ["".join(entry.itertext()) for entry in groups(picture, "role-legend-label")]
    colours = [next(c for c in (p.get("fill"), p.get("stroke")) if c and c.startswith("#")) for p in paths]
    return dict(zip(texts, colours, strict=True))


def drawn_in(picture, field):
    """Name to the colours of its marks, as the marks tell for screen readers."""
    found = {}
    for node in ET.fromstring(picture).iter():
        told = re.search(rf"(?:^|; ){field}: ([^;]*)", node.get("aria-label", ""))
        if local(node.tag) == "path" and told:
            colours = {c for c in (node.get("fill"), node.get("stroke")) if c and c.startswith("#")}
            found.setdefault(told[1], set()).update(colours)
    return {name: colours for name, colours in found.items() if colours}


@pytest.mark.parametrize("draw", COLOURED, ids=lambda draw: draw.__name__)
def test_the_legend_shows_what_is_drawn_in_its_colours(draw):
    make, field, members = COLOURED[draw]
    picture = svg(make())
    legend, drawn = legend_of(picture), drawn_in(picture, field)
    assert drawn
    assert {name: {colour} for name, colour in legend.items()} == drawn
    if members is not None:  # who has nothing to draw takes no colour from the others
        assert legend == {name: colour for name, colour in colours_of(members).items() if name in legend}


def test_each_chart_of_the_lab_is_looked_at():
    places = [ROOT / "core" / "charts", *ROOT.glob("core/*/charts.py")]
    files = [path for place in places for path in ([place] if place.is_file() else place.glob("*.py"))]
    charts = {
        node.name
        for path in files
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and "Chart" in ast.unparse(node.returns or ast.Constant(None))
        and not node.name.startswith("_")  # a layer of one of them
    }
    assert charts == {draw.__name__ for draw in {*COLOURED, *PLAIN}}


def test_the_colours_of_series_are_given_in_one_place():
    """A domain or a range of colours by hand is how legend and curves came to disagree."""
    numbers = {"parallel.py", "confusion_matrix.py"}  # scales of numbers
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "alt.Scale":
                given = {keyword.arg for keyword in node.keywords}
                assert "range" not in given or path.name in {"legend.py", *numbers}, f"{path}: {ast.unparse(node)}"


def test_a_series_without_a_colour_is_a_mistake():
    with pytest.raises(ValueError, match="No colour is known for b"):
        series_scale(["a", "b"], {"a": "#000000"})


@pytest.mark.parametrize(("n", "step"), [(1, 360), (8, 45), (10, 44), (20, 31), (100, 16)])
def test_rows_share_what_there_is_and_stay_readable(n, step):
    assert row_step(n, usual=44, least=360, most=620).to_dict() == {"step": step}


@pytest.mark.parametrize("n", [1, 3, 12])
def test_pairs_stand_one_below_the_other(n):
    names = [f"contestant {i}" for i in range(n + 1)]
    compared = compare_all({name: [0.5 + 0.01 * i, 0.6, 0.7] for i, name in enumerate(names)})[:n]
    (axis,) = groups(svg(pairs_chart(compared)), "role-axis-label")[1:]
    places = [float(re.search(r"translate\([^,]+,([-\d.]+)\)", node.get("transform"))[1]) for node in axis]
    assert len(places) == n
    assert all(below - above >= 30 for above, below in pairwise(places))
