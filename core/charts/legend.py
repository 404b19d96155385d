"""Which colour a series has, wherever it is named: in a legend, on a curve, beside a number."""

from collections.abc import Iterable, Mapping

import altair as alt

from core.charts.colours import series_colour

_READABLE = 16  # pixels of a row whose name can be read


def colours_of(members: Iterable[str]) -> dict[str, str]:
    """Each member's colour, by its place among all members: it does not move when another one has nothing to draw."""
    return {name: series_colour(i) for i, name in enumerate(dict.fromkeys(members))}


def series_scale(drawn: Iterable[str], colours: Mapping[str, str]) -> alt.Scale:
    """The colour scale of a chart, of the series that it draws and of no other: its legend names what is to be seen.

    Parameters
    ----------
    drawn : iterable of str
        The values of the field that is coloured, as the chart's rows have them; in any order, again and again.
    colours : mapping of str to str
        The colours of all members, also of those that have nothing to draw, in the order of the legend.
    """
    there = set(drawn)
    names = [name for name in colours if name in there]
    if missing := there - set(names):
        raise ValueError(f"No colour is known for {', '.join(sorted(missing))}.")
    return alt.Scale(domain=names, range=[colours[name] for name in names])


def row_step(n: int, *, usual: float, least: float = 0, most: float = 0) -> alt.Step:
    """The height of a chart whose rows vary: so many pixels per row, whatever legend and axis take.

    Parameters
    ----------
    n : int
        Rows.
    usual : float
        Pixels of a row.
    least, most : float
        What all rows together take at least, and at most as long as a row stays readable; 0 for no such wish.
    """
    whole = max(usual * n, least)
    if most:
        whole = min(whole, max(most, _READABLE * n))
    return alt.Step(whole / max(1, n))
