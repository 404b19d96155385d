"""The colours of curves, for Altair and for what is drawn by hand."""

# Chosen for at least 3 : 1 against white and against the dark background, and for colour-blind eyes (Okabe and Ito)
SERIES = ("#3d8fd1", "#d97a1a", "#1f9e77", "#c06fa8", "#a08a00", "#cc5a4a", "#5f7fbf", "#7a8a86", "#8a6fd8", "#b0653a")


def series_colour(number: int) -> str:
    """The colour of the curve that comes as the ``number``-th, from 0."""
    return SERIES[number % len(SERIES)]
