"""Charts in the page's language: core draws them with English titles, which are told here."""

from typing import Any

from core.charts.kinds import Chart
from pages.shared.words.language import ENGLISH, language, say, say_of_core
from pages.shared.words.sealed import is_sealed

_SENTENCES = ("told", "interval")  # columns of what core says of a rate


def chart_in_words(chart: Chart) -> Chart:
    """The same chart, its titles and tooltips in the page's language; in English mostly the very chart."""
    if language() == ENGLISH and not is_sealed():
        return chart
    told: Chart = type(chart).from_dict(_told(chart.to_dict()))
    return told


def _told(part: Any) -> Any:
    """Titles, and what core says of a row; other data, such as names of classes and runs, are people's own."""
    if isinstance(part, list):
        return [_told(one) for one in part]
    if not isinstance(part, dict):
        return part
    told: dict[str, Any] = {}
    for key, value in _titled(part).items():
        if key == "datasets":
            told[key] = {name: [_told_row(row) for row in rows] for name, rows in value.items()}
        else:
            told[key] = say(value) if key == "title" and isinstance(value, str) else _told(value)
    return told


def _told_row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: say_of_core(row[name]) for name in _SENTENCES if isinstance(row.get(name), str)}


def _titled(part: dict[str, Any]) -> dict[str, Any]:
    """With the title that Vega would make of a field's name."""
    if part.get("type") in ("nominal", "quantitative", "ordinal") and "field" in part and "title" not in part:
        return part | {"title": part["field"]}
    return part
