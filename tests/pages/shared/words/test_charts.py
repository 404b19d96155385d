"""A chart in French: titles and sentences, and not people's own words; in English the very chart."""

import numpy as np
import pytest

from core.charts.bars import class_bars
from core.charts.confusion_matrix import confusion_heatmap
from core.lab.rates import Rate
from pages.shared.words.charts import chart_in_words

NAMES = ["loss", "pictures"]  # classes that are called as texts of the lab are


def rows(chart):
    return [row for of_one in chart.to_dict()["datasets"].values() for row in of_one]


def test_in_english_it_is_the_very_chart():
    chart = confusion_heatmap(np.eye(2, dtype=int), NAMES)
    assert chart_in_words(chart) is chart


@pytest.mark.usefixtures("french")
def test_titles_and_tooltips_are_french_and_the_names_of_classes_stay():
    told = chart_in_words(confusion_heatmap(np.eye(2, dtype=int), NAMES)).to_dict()
    tiles = told["layer"][0]["encoding"]
    assert tiles["x"]["title"] == "classe prédite"
    assert [entry["title"] for entry in tiles["tooltip"]] == ["vraie", "prédite", "images", "de la vraie classe"]
    assert {row["true"] for of_one in told["datasets"].values() for row in of_one} == set(NAMES)
    assert [param["name"] for param in told["params"]] == ["cell"]


@pytest.mark.usefixtures("french")
def test_what_stands_at_a_bar_is_french():
    bars = rows(chart_in_words(class_bars([Rate(3, 12), Rate(1, 9)], NAMES)))
    assert {row["told"] for row in bars} == {"3 sur 12", "1 sur 9"}
    assert all(row["interval"].startswith("intervalle à 95") for row in bars)
