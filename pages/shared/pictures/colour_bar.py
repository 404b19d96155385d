"""What the colours of a picture mean: a bar with the values at its ends, and at zero."""

import html
from collections.abc import Sequence

_STYLE = (
    "<style>.colour-bar{display:flex;align-items:center;flex-wrap:wrap;gap:2px 8px;font-size:.9rem;margin:2px 0;"
    "font-variant-numeric:tabular-nums}.colour-bar i{display:grid;width:150px;height:18px;border-radius:4px;overflow:"
    "hidden;border:1px solid #7a8a86;box-sizing:border-box}.colour-bar b{font-weight:400}</style>"
)
ORANGE, BLUE, GREY = "#e66101", "#2b7bba", "#8c8c8c"  # of maps laid over a picture (pages/shared/pictures/heat.py)
_PRIMARIES = ("255,127.5,127.5", "127.5,255,127.5", "127.5,127.5,255")
_DARK = ("0,127.5,127.5", "127.5,0,127.5", "127.5,127.5,0")


def colour_bar(low: float, high: float, *, said: str, stops: Sequence[str] = ()) -> str:
    """A bar from ``low`` to ``high`` with its values as HTML.

    Parameters
    ----------
    low, high : float
        What its ends mean.
    said : str
        Of what; shown in front of it.
    stops : sequence of str
        CSS colours from left to right; by default those of a map laid over a picture.
    """
    usual = (BLUE, GREY, ORANGE) if low < 0 else (GREY, ORANGE)
    return _bar(low, high, said, [f"linear-gradient(90deg,{','.join(stops or usual)})"])


def weights_bar(scale: float) -> str:
    """That of filters as ``core.inside.filters`` draws them: one stripe for each of their three colours."""
    ramps = [f"linear-gradient(90deg,rgb({a}),#808080,rgb({b}))" for a, b in zip(_DARK, _PRIMARIES, strict=True)]
    return _bar(-scale, scale, "weight of a red, green or blue pixel", ramps)


def _bar(low: float, high: float, said: str, ramps: Sequence[str]) -> str:
    stripes = "".join(f'<u style="background:{ramp}"></u>' for ramp in ramps)
    middle = ", in the middle 0" if low < 0 else ""
    return (
        f'{_STYLE}<div class="colour-bar"><span>{html.escape(said)}:</span><b>{number(low)}</b>'
        f'<i role="img" aria-label="Colours from {number(low)} to {number(high)}{middle}">{stripes}</i>'
        f"<b>{number(high)}</b></div>"
    )


def number(value: float) -> str:
    """To three figures, with the typographic minus."""
    return f"{value:.3g}".replace("-", "\u2212") if value else "0"
