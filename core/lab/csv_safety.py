"""Tables as CSV that a spreadsheet opens without running anything that a person has typed."""

import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


def to_csv(table: pd.DataFrame) -> str:
    """The table as CSV; a text that would be taken for a formula gets an apostrophe before it."""

    def calm(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value

    return table.map(calm).to_csv(index=False)
