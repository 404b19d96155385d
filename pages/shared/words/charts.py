"""Charts in the page's language: core draws them with English titles, which are told here."""

from typing import Any

from core.charts.kinds import Chart
from pages.shared.words.language import ENGLISH, language, say


def chart_in_words(chart: Chart) -> Chart:
    """The same chart, its titles and tooltips in the page's language; in English the very chart."""
    if language() == ENGLISH:
        return chart
    told: Chart = type(chart).from_dict(_told(chart.to_dict()))
    return told


def _told(part: Any) -> Any:
    """Titles alone: what is in the data, such as names of classes and runs, is people's own."""
    if isinstance(part, list):
        return [_told(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: value if key == "datasets" else say(value) if key == "title" and isinstance(value, str) else _told(value)
        for key, value in _titled(part).items()
    }


def _titled(part: dict[str, Any]) -> dict[str, Any]:
    """With the title that Vega would make of a field's name."""
    if part.get("type") in ("nominal", "quantitative", "ordinal") and "field" in part and "title" not in part:
        return part | {"title": part["field"]}
    return part
