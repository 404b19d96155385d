"""The table that wraps, as a parser of its own reads it."""

import xml.etree.ElementTree as ET

import pandas as pd

from pages.shared.pictures.small_table import table_html


def test_what_is_drawn_reads_back():
    rows = pd.DataFrame({"layer": ["linear1", "total"], "weights": [3072, 4_097_000], "share": [0.25, 1.0]})
    drawn = table_html(rows, label="Layers")
    table = ET.fromstring(drawn[drawn.index("<table") : drawn.index("</div>")])
    assert table.get("aria-label") == "Layers"
    assert [head.text for head in table.iter("th")] == list(rows.columns)
    read = [[cell.text for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert read == [["linear1", "3,072", "0.25"], ["total", "4,097,000", "1"]]
    assert [cell.get("data-name") for cell in table.iter("td")] == 2 * list(rows.columns)  # a phone shows them


def test_names_and_values_are_text():
    drawn = table_html(pd.DataFrame({"<b>": ['"><img src=x>'], "b": ["a&b"]}), label='"<i>')
    assert "<b>" not in drawn
    assert "<img" not in drawn
    assert "<i>" not in drawn
    assert drawn.count("&lt;b&gt;") == 2  # the head, and the name that a phone shows beside the value
