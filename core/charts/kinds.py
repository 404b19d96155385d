"""What Altair's charts, and the rates that they show, are called in annotations."""

from typing import Protocol

import altair as alt

Chart = alt.LayerChart | alt.FacetChart  # what Altair says that layering returns; it is always the first here


class Counted(Protocol):
    """A rate that knows of how many it is, as ``core.lab.rates.Rate``."""

    @property
    def share(self) -> float: ...

    @property
    def is_of_few(self) -> bool: ...

    @property
    def interval(self) -> tuple[float, float]: ...

    @property
    def interval_told(self) -> str: ...

    def told(self, digits: int = 1) -> str: ...
