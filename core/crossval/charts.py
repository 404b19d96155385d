"""Small drawings of Question 4 as HTML: cheap enough for each poll, and right in both themes.

Text takes the page's colour; all that a person could have typed is escaped.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.charts.colours import series_colour

_PALE, _STRONG = (226, 238, 233), (11, 107, 83)  # of the heat map: the worst and the best score
_LANES = (20, 8, 32, 14, 26)  # pixels from the top: dots one above the other, so that equal scores hide none


@dataclass(frozen=True)
class Segment:
    """A part of a bar: how long, which colour (None for an outline), and what is written in it."""

    n: int
    colour: str | None
    text: str


def bars(rows: Sequence[tuple[str, Sequence[Segment]]], *, alt: str) -> str:
    """Bars of equal length under each other, each cut into segments: where the pictures went."""
    drawn = []
    for title, segments in rows:
        parts = "".join(
            f'<i class="{"full" if segment.colour else "empty"}" style="flex-grow:{segment.n}'
            f'{f";background:{segment.colour}" if segment.colour else ""}">{html.escape(segment.text)}</i>'
            for segment in segments
            if segment.n
        )
        drawn.append(f"<code>{html.escape(title)}</code><div>{parts}</div>")
    return f'{_BARS_STYLE}<div class="bars" role="img" aria-label="{html.escape(alt)}">{"".join(drawn)}</div>'


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
    hollow : sequence of bool, optional
        Dots that are white inside; none by default.
    """

    title: str
    values: Sequence[tuple[float, str]]
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    colours: Sequence[str] | None = None
    hollow: Sequence[bool] | None = None


def dot_plot(rows: Sequence[DotRow], *, alt: str, dashed: Sequence[float] = ()) -> str:
    """Scores as dots on a common axis of accuracy, in per cent; with dashed lines, such as the ends of a bet."""
    every = [value for row in rows for value, _ in row.values]
    every += [edge for row in rows for edge in (row.low, row.high) if edge is not None]
    every += dashed if every else ()
    if not every:
        return ""
    low, high = _span(min(every), max(every))

    def at(value: float) -> str:
        return f"left:{100 * (value - low) / (high - low):.2f}%"

    n_ticks = round((high - low) * 20)
    step = next(s for s in (1, 2, 4, 5, 10, 20) if n_ticks / s <= 8)  # at most nine numbers on the axis
    first = round(low * 20)
    ticks = [k / 20 for k in range(-(-first // step) * step, first + n_ticks + 1, step)]
    grid = "".join(f'<u style="{at(tick)}"></u>' for tick in ticks)
    grid += "".join(f'<q style="{at(value)}" title="bet: {value:.0%}"></q>' for value in dashed)
    drawn = []
    for i, row in enumerate(rows):
        colour, marks = series_colour(i), []
        if row.low is not None and row.high is not None:
            width = 100 * (row.high - row.low) / (high - low)
            marks.append(f'<s style="{at(row.low)};width:{width:.2f}%;background:{colour}"></s>')
        if row.mean is not None:
            marks.append(f'<b style="{at(row.mean)}"></b>')
        for j, (value, name) in enumerate(row.values):
            fill = row.colours[j] if row.colours else colour
            inside = f"background:{fill}"
            if row.hollow and row.hollow[j]:  # white in both themes, as the page's own colour is not known here
                inside = f"background:#fff;border:4px solid {fill};box-sizing:border-box"
            marks.append(
                f'<i style="{at(value)};top:{_LANES[j % len(_LANES)]}px;{inside}" '
                f'title="{html.escape(name)}: {value:.1%}"></i>'
            )
        mean = "" if row.mean is None else f"<br>mean {row.mean:.1%}"
        drawn.append(f"<span>{html.escape(row.title)}{mean}</span><div>{grid}{''.join(marks)}</div>")
    axis = "".join(f'<em style="{at(tick)}">{tick:.0%}</em>' for tick in ticks)
    return (
        f'{_DOTS_STYLE}<div class="dots" role="img" aria-label="{html.escape(alt)}">{"".join(drawn)}'
        f'<span></span><div class="axis">{axis}</div></div>'
    )


def deal_mosaic(fold_of_each: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Every training picture as one pixel: the colour of the fold that judges it, pale until it has.

    Parameters
    ----------
    fold_of_each : ndarray of shape (n,), int
    right : ndarray of shape (n,), float
        1 where the prediction was right, 0 where it was wrong (a hole), NaN where there is none yet.

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
    """One pair of settings of a grid: its mean score so far (None before any), and what is written below it.

    A pair that is not whole yet is judged by some of its folds, which may be the easy ones: it can't be the best.
    """

    score: float | None
    said: str
    is_whole: bool = True


def heat_map(
    cells: Sequence[Sequence[Cell]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
) -> str:
    """A table whose cells are the greener the better; the best of those that are whole is framed."""
    known = [cell.score for line in cells for cell in line if cell.score is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    top = max((c.score for line in cells for c in line if c.score is not None and c.is_whole), default=None)
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
            best = " best" if cell.is_whole and cell.score == top else ""
            colour = [round(a + (b - a) * heat) for a, b in zip(_PALE, _STRONG, strict=True)]
            drawn.append(
                f'<td class="told{best}" style="background:rgb{tuple(colour)};color:{_ink(colour)}">'
                f"<b>{cell.score:.1%}</b>{said}</td>"
            )
        body.append(f"<tr>{''.join(drawn)}</tr>")
    corner = f"{html.escape(row_title)} ↓ {html.escape(column_title)} →"
    return (
        f'{_HEAT_STYLE}<div class="grid-heat" role="region" tabindex="0" aria-label="Scores of the grid"><table>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
    )


_BARS_STYLE = (
    "<style>.bars{display:grid;gap:4px 0;max-width:1000px}.bars code{font-size:.95rem;background:none;color:inherit;"
    "padding:0}.bars div{display:flex;gap:3px;margin-bottom:8px}.bars i{flex-basis:0;min-width:0;font-style:normal;"
    "padding:9px 6px;border-radius:6px;text-align:center;font-size:1rem;line-height:1.2;overflow-wrap:anywhere}"
    ".bars .full{color:#0d1714}.bars .empty{outline:2px dashed #7a8a86;outline-offset:-2px}</style>"
)
_DOTS_STYLE = (
    "<style>.dots{display:grid;grid-template-columns:minmax(110px,24%) 1fr;gap:6px 22px;align-items:center;"
    "margin-right:22px}.dots span{font-size:1.05rem;line-height:1.25}.dots div{position:relative;height:56px}"
    ".dots div>*{position:absolute}.dots u{top:0;bottom:0;width:1px;background:#7a8a86;opacity:.4}"
    ".dots q{top:0;bottom:0;border-left:2px dashed currentColor;margin-left:-1px}"
    ".dots q::before,.dots q::after{content:none}"
    ".dots s{top:4px;bottom:4px;border-radius:6px;opacity:.25}"
    ".dots b{top:2px;bottom:2px;width:4px;margin-left:-2px;background:currentColor;border-radius:2px}"
    ".dots i{width:16px;height:16px;margin-left:-8px;border-radius:8px;box-shadow:0 0 0 1.5px #ffffffb0}"
    ".dots .axis{height:24px}.dots em{font-style:normal;font-size:.95rem;transform:translateX(-50%)}"
    "@media(max-width:640px){.dots{grid-template-columns:1fr;margin:0 22px}.dots span:empty{display:none}}</style>"
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


def _ink(paper: Sequence[int]) -> str:
    """Black or white, whichever is read better on a colour: at least 4.5 to 1 either way."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in paper)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def _span(low: float, high: float) -> tuple[float, float]:
    """Ends of the axis: whole steps of five per cent around the values."""
    bottom, top = np.floor(low * 20) / 20, np.ceil(high * 20) / 20
    if top - bottom < 0.1:
        bottom, top = bottom - 0.05, top + 0.05
    return max(0.0, float(bottom)), min(1.0, float(top))
