"""Small drawings of Question 4 as SVG and HTML text: cheap enough for each poll, and right in both themes.

Text takes the page's colour; all that a person could have typed is escaped.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.colours import series_colour

WIDTH = 1000  # of a drawing's own coordinates; it is scaled to the page
_GREY = "#7a8a86"


@dataclass(frozen=True)
class Segment:
    """A part of a bar: how long, which colour (None for an outline), and what is written in it."""

    n: int
    colour: str | None
    text: str


def bars(rows: Sequence[tuple[str, Sequence[Segment]]], *, alt: str) -> str:
    """Bars of equal length under each other, each cut into segments: where the pictures went."""
    height, gap, top = 46, 30, 0
    drawn = []
    for i, (title, segments) in enumerate(rows):
        y = top + i * (height + gap) + 22
        drawn.append(f'<text x="0" y="{y - 7}" font-size="17">{html.escape(title)}</text>')
        total, x = sum(segment.n for segment in segments), 0.0
        for segment in segments:
            width = WIDTH * segment.n / total if total else 0
            if not segment.n:
                continue
            filled = segment.colour is not None
            paint = (
                f'fill="{segment.colour}"'
                if filled
                else f'fill="none" stroke="{_GREY}" stroke-width="2" stroke-dasharray="6 5"'
            )
            drawn.append(
                f'<rect x="{x + 1:.1f}" y="{y}" width="{max(1, width - 3):.1f}" height="{height}" rx="5" {paint}/>'
                f'<text x="{x + width / 2:.1f}" y="{y + height / 2 + 6}" font-size="17" text-anchor="middle"'
                f"{' fill=' + chr(34) + '#0d1714' + chr(34) if filled else ''}>{html.escape(segment.text)}</text>"
            )
            x += width
    return _svg("".join(drawn), len(rows) * (height + gap) - 4, alt)


@dataclass(frozen=True)
class DotRow:
    """Scores of one kind in a dot plot.

    Attributes
    ----------
    title : str
    values : sequence of (float, str)
        A score from 0 to 1, and its name.
    mean, low, high : float, optional
        A line at the mean, and a band.
    colours : sequence of str, optional
        Of each dot; one colour for all by default.
    """

    title: str
    values: Sequence[tuple[float, str]]
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    colours: Sequence[str] | None = None


def dot_plot(rows: Sequence[DotRow], *, alt: str) -> str:
    """Scores as dots on a common axis of accuracy, in per cent."""
    every = [value for row in rows for value, _ in row.values]
    every += [edge for row in rows for edge in (row.low, row.high) if edge is not None]
    if not every:
        return ""
    low, high = _span(min(every), max(every))
    left, right, height = 190, 24, 66

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (WIDTH - left - right)

    bottom = len(rows) * height + 8
    drawn = []
    for tick in np.linspace(low, high, 6):
        drawn.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="4" y2="{bottom}" stroke="{_GREY}" stroke-opacity="0.3"/>'
            f'<text x="{x(tick):.1f}" y="{bottom + 22}" font-size="16" text-anchor="middle">{tick:.0%}</text>'
        )
    for i, row in enumerate(rows):
        middle = i * height + height / 2 + 4
        drawn.append(f'<text x="0" y="{middle + 6:.0f}" font-size="18">{html.escape(row.title)}</text>')
        colour = series_colour(i)
        if row.low is not None and row.high is not None:
            drawn.append(
                f'<rect x="{x(row.low):.1f}" y="{middle - 24:.0f}" width="{x(row.high) - x(row.low):.1f}" height="48"'
                f' rx="6" fill="{colour}" fill-opacity="0.18"/>'
            )
        if row.mean is not None:
            drawn.append(
                f'<line x1="{x(row.mean):.1f}" x2="{x(row.mean):.1f}" y1="{middle - 26:.0f}" y2="{middle + 26:.0f}"'
                f' stroke="currentColor" stroke-width="3"/>'
            )
        for j, (value, name) in enumerate(row.values):
            fill = row.colours[j] if row.colours else colour
            drawn.append(
                f'<circle cx="{x(value):.1f}" cy="{middle + _spread(j):.0f}" r="8" fill="{fill}" fill-opacity="0.9">'
                f"<title>{html.escape(name)}: {value:.1%}</title></circle>"
            )
    return _svg("".join(drawn), bottom + 30, alt)


def deal_mosaic(fold_of_each: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Every training picture as one pixel: the colour of the fold that judges it, pale until it has.

    Parameters
    ----------
    fold_of_each : ndarray of shape (n,), int
    right : ndarray of shape (n,), float
        1 where the guess was right, 0 where it was wrong (a hole), NaN where there is none yet.

    Returns
    -------
    ndarray of shape (rows, columns, 4), uint8
        Red, green, blue, opacity; in the order of the pictures, row by row.
    """
    n = len(fold_of_each)
    columns = max(1, min(n, round(np.sqrt(4 * n))))
    rows = -(-n // columns)
    flat = np.zeros((rows * columns, 4), dtype=np.uint8)
    for fold in np.unique(fold_of_each):
        colour = series_colour(int(fold))
        flat[:n][fold_of_each == fold, :3] = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    flat[:n, 3] = np.where(np.isnan(right), 70, np.where(right > 0, 255, 0))
    return flat.reshape(rows, columns, 4)


@dataclass(frozen=True)
class Cell:
    """One pair of settings of a grid: its mean score so far (None before any), and what is written below it."""

    score: float | None
    said: str


def heat_map(
    cells: Sequence[Sequence[Cell]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
) -> str:
    """A table whose cells are the greener the better; the best one is framed."""
    known = [cell.score for line in cells for cell in line if cell.score is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in columns)
    body = []
    for title, line in zip(rows, cells, strict=True):
        drawn = [f'<th scope="row">{html.escape(title)}</th>']
        for cell in line:
            said = f"<small>{html.escape(cell.said)}</small>"
            if cell.score is None:
                drawn.append(f'<td class="none"><b>–</b>{said}</td>')
                continue
            heat = (cell.score - low) / (high - low) if high > low else 1.0
            best = " best" if cell.score == high else ""
            red, green, blue = (round(a + (b - a) * heat) for a, b in zip((226, 238, 233), (11, 107, 83), strict=True))
            ink = "#ffffff" if heat > 0.55 else "#17231f"
            drawn.append(
                f'<td class="told{best}" style="background:rgb({red},{green},{blue});color:{ink}">'
                f"<b>{cell.score:.1%}</b>{said}</td>"
            )
        body.append(f"<tr>{''.join(drawn)}</tr>")
    corner = f"{html.escape(row_title)} ↓ {html.escape(column_title)} →"
    return (
        f'{_HEAT_STYLE}<div class="grid-heat" role="region" tabindex="0" aria-label="Scores of the grid"><table>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
    )


_HEAT_STYLE = (
    "<style>.grid-heat{overflow-x:auto}.grid-heat table{border-collapse:separate;border-spacing:5px;width:100%}"
    ".grid-heat th{font-weight:600;padding:4px 8px;text-align:left;white-space:nowrap}"
    ".grid-heat td{border-radius:6px;padding:8px 10px;text-align:center;min-width:92px}"
    ".grid-heat td.none{outline:2px dashed #7a8a86;outline-offset:-3px}"
    ".grid-heat td.best{outline:4px solid #d97a1a;outline-offset:-2px}"
    ".grid-heat b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}"
    ".grid-heat small{font-size:0.86rem}</style>"
)


def _svg(content: str, height: float, alt: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" width="100%" role="img" aria-label="{html.escape(alt)}"'
        f' style="max-width:{WIDTH}px;display:block" fill="currentColor" font-family="inherit">{content}</svg>'
    )


def _span(low: float, high: float) -> tuple[float, float]:
    """Ends of the axis: whole steps of five per cent around the values."""
    bottom, top = np.floor(low * 20) / 20, np.ceil(high * 20) / 20
    if top - bottom < 0.1:
        bottom, top = bottom - 0.05, top + 0.05
    return max(0.0, float(bottom)), min(1.0, float(top))


def _spread(number: int) -> int:
    """Dots one above the other, so that equal scores do not hide one another."""
    return (0, -12, 12, -6, 6)[number % 5]
